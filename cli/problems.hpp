#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <convtune/problem_list.hpp>

#include "session.hpp"

namespace convtune {

/// The PROBLEMS of a command and the options that rewrite them.
struct ProblemArguments {
  std::vector<std::string> sources;
  Modifiers modifiers;
};

/// What the sources held, rewritten; how many lines were rejected.
struct ReadProblems {
  std::vector<ListedProblem> problems;
  int rejected = 0;

  /// `code`, but bad input if a line was rejected and nothing worse happened.
  int exit_code(int code) const {
    return code == exit_done && rejected > 0 ? exit_bad_input : code;
  }
};

/// Any number of sources, or exactly one.
void add_problems(CLI::App& command, ProblemArguments& arguments, bool required = true);
void add_problem(CLI::App& command, ProblemArguments& arguments);

/// Reads every source; rejected lines go to the standard error with their place. Throws
/// Error(bad_input) when nothing is left.
ReadProblems read(const ProblemArguments& arguments, const Session& session);

/// The same for a command that takes one problem. Throws Error(bad_input) for any other number.
ConvProblem read_one(const ProblemArguments& arguments, const Session& session);

}  // namespace convtune
