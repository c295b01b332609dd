#pragma once

#include <string>
#include <vector>

#include <convtune/tuner.hpp>
#include <report/table.hpp>

namespace convtune {

/// How many candidates several problems have together, and how many there might have been.
struct CandidateCounts {
  int problems = 0;
  int candidates = 0;
  int refused = 0;   ///< refusals of implementations that could be asked
  int unasked = 0;   ///< implementations that could not be asked, for each problem
  int rejected = 0;  ///< lines of a source that are no problem
  bool interrupted = false;

  void add(const Listing& listing);
};

/// A line a problem, when its counts are known.
class CandidateCountTable {
 public:
  CandidateCountTable(const std::vector<ListedProblem>& problems, const Paper& paper);

  std::string title_line() const { return table_.title_line(paper_); }
  std::string line(const ListedProblem& listed, const Listing& listing) const;

 private:
  Table table_;
  Paper paper_;
};

std::string json(const CandidateCounts& total);  ///< convtune.list_summary/1
std::string rendered(const CandidateCounts& total);

}  // namespace convtune
