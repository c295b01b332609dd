#pragma once

#include <string>
#include <vector>

#include <convtune/problem_list.hpp>

#include "command.hpp"

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

/// PROBLEMS, or PROBLEM for Count::one, and what rewrites them.
void add_problems(Command& command, Count count, ProblemArguments& arguments);

/// Reads every source; rejected lines go to the standard error with their place. Throws
/// Error(bad_input) when nothing is left.
ReadProblems read(const ProblemArguments& arguments, const Session& session);

/// The same for a command that takes one problem. Throws Error(bad_input) for any other number.
ConvProblem read_one(const ProblemArguments& arguments, const Session& session);

}  // namespace convtune
