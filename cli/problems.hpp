#pragma once

#include <string>
#include <vector>

#include <inputs/content.hpp>

#include <convtune/problem_list.hpp>

#include "command.hpp"

namespace convtune {

/// The PROBLEMS of a command and the options that rewrite them.
struct ProblemArguments {
  std::vector<std::string> sources;
  OpenDimensions dimensions;
  Modifiers modifiers;
};

/// How a command prints problems: a table for people, or lines that programs read.
enum class ProblemForm { table, text, benchdnn, miopen };

/// What the sources held, rewritten; how many lines were rejected.
struct ReadProblems {
  std::vector<ListedProblem> problems;
  int rejected = 0;

  /// `code`, but bad input if a line was rejected and nothing worse happened.
  int exit_code(int code) const {
    return code == exit_done && rejected > 0 ? exit_bad_input : code;
  }
};

/// PROBLEMS, or PROBLEM for Count::one, and what rewrites them.
void add_problems(Command& command, Count count, ProblemArguments& arguments);

/// The options that rewrite problems, alone.
void add_modifiers(Command& command, Modifiers& modifiers);

/// The option that says how problems are printed.
void add_form(Command& command, ProblemForm& form);

/// Prints problems as asked; what a notation cannot say goes to the standard error. Returns the
/// exit code.
int print(const Session& session, const ReadProblems& problems, ProblemForm form);

/// Rewrites what a source held; rejected lines go to the standard error with their place. Throws
/// Error(bad_input) when nothing is left.
ReadProblems rewritten(ProblemList list, const Modifiers& modifiers, const Session& session);

/// Reads every source; rejected lines go to the standard error with their place. Throws
/// Error(bad_input) when nothing is left.
ReadProblems read(const ProblemArguments& arguments, const Session& session);

/// The same for a command that takes one problem. Throws Error(bad_input) for any other number.
ConvProblem read_one(const ProblemArguments& arguments, const Session& session);

}  // namespace convtune
