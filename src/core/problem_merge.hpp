#pragma once

#include <unordered_map>

#include <convtune/problem_list.hpp>

namespace convtune {

/// Builds a list in which every problem stands once, in order of appearance.
class Merger {
 public:
  /// Adds the repeats, and the names that are new, to an equal problem.
  void add(const ListedProblem& added);
  void note(ReadNote note) { list_.notes.push_back(std::move(note)); }

  ProblemList take() { return std::move(list_); }

 private:
  ProblemList list_;
  std::unordered_map<ConvProblem, std::size_t> place_;
};

}  // namespace convtune
