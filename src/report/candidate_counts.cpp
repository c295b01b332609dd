#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <report/candidate_counts.hpp>
#include <report/units.hpp>

#include "values.hpp"

namespace convtune {
namespace {

std::size_t longest_problem(const std::vector<ListedProblem>& problems) {
  std::size_t longest = 0;
  for (const ListedProblem& each : problems) longest = std::max(longest, text(each.problem).size());
  return longest;
}

}  // namespace

void CandidateCounts::add(const Listing& listing) {
  ++problems;
  candidates += static_cast<int>(listing.candidates.size());
  unasked += static_cast<int>(listing.unasked.size());
  refused += static_cast<int>(
      std::ranges::count_if(listing.refusals, [&](const Listing::Refused& refusal) {
        return std::ranges::find(listing.unasked, refusal.implementation,
                                 &Listing::Refused::implementation) == listing.unasked.end();
      }));
}

CandidateCountTable::CandidateCountTable(const std::vector<ListedProblem>& problems,
                                         const Paper& paper)
    : table_({{.title = "problem", .shrinks = true, .width = longest_problem(problems)},
              {.title = "candidates", .right = true},
              {.title = "refused", .right = true},
              {.title = "not asked", .right = true},
              {.title = "names", .shrinks = true}}),
      paper_(paper) {}

std::string CandidateCountTable::line(const ListedProblem& listed, const Listing& listing) const {
  CandidateCounts counts;
  counts.add(listing);
  return table_.line(
      {text(listed.problem), std::to_string(counts.candidates), std::to_string(counts.refused),
       std::to_string(counts.unasked), fmt::format("{}", fmt::join(listed.names, " "))},
      paper_);
}

std::string json(const CandidateCounts& total) {
  return dumped({{"schema", "convtune.list_summary/1"},
                 {"problems", total.problems},
                 {"candidates", total.candidates},
                 {"refused", total.refused},
                 {"unasked", total.unasked},
                 {"rejected", total.rejected},
                 {"interrupted", total.interrupted}});
}

std::string rendered(const CandidateCounts& total) {
  std::string text =
      fmt::format("{}: {}, {} refused, {} not asked", counted(total.problems, "problem"),
                  counted(total.candidates, "candidate"), total.refused, total.unasked);
  if (total.rejected > 0) text += fmt::format("; {} rejected", counted(total.rejected, "line"));
  return text + "\n";
}

}  // namespace convtune
