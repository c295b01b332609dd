#pragma once

#include <string>
#include <vector>

#include <convtune/problem_list.hpp>

namespace convtune {

inline std::vector<std::string> texts(const ProblemList& list) {
  std::vector<std::string> all;
  for (const ListedProblem& listed : list.problems) all.push_back(text(listed.problem));
  return all;
}

/// "rejected list:2:8 found 'q1', expected ..."
inline std::vector<std::string> notes(const ProblemList& list) {
  std::vector<std::string> all;
  for (const ReadNote& note : list.notes)
    all.push_back((note.rejected ? "rejected " : "") + note.where + " " + note.text);
  return all;
}

}  // namespace convtune
