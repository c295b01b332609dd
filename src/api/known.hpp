#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <convtune/tuner.hpp>

namespace convtune {

/// What runs of one environment have found out already.
class Known {
 public:
  /// `runs`: those that count here and now, oldest first. `budget_seconds`: for this problem, 0:
  /// any.
  /// `promoted`: what an older environment settled counts where it was promoted.
  Known(const std::vector<Run>& runs, const TuneOptions& options, double budget_seconds,
        bool promoted = true);

  /// True if timing it again would tell nothing new at this rigour: it was timed, or it is broken
  /// or far too slow, here or in an older environment that was promoted. A race that a budget cut
  /// short counts until there is twice that budget.
  bool settled(const Candidate& candidate) const;

  /// Its newest outcome; nullopt if it was never tried.
  std::optional<Outcome> outcome(const Candidate& candidate) const;

 private:
  struct Fact {
    Outcome newest = Outcome::refused;
    bool settled = false;
  };
  std::map<std::string, Fact> facts_;
  std::set<std::string> promoted_;  ///< settled by what an older environment found out
};

}  // namespace convtune
