#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <convtune/tuner.hpp>

namespace convtune {

/// What runs of one environment have found out already.
class Known {
 public:
  /// `runs`: those that count here and now, oldest first. `budget_seconds`: for this problem, 0:
  /// any.
  Known(const std::vector<Run>& runs, const TuneOptions& options, double budget_seconds);

  /// True if timing it again would tell nothing new at this rigour: it was timed, or it is broken
  /// or far too slow. A race that a budget cut short counts until there is twice that budget.
  bool settled(const Candidate& candidate) const;

  /// Its newest outcome; nullopt if it was never tried.
  std::optional<Outcome> outcome(const Candidate& candidate) const;

 private:
  struct Fact {
    Outcome newest = Outcome::refused;
    bool settled = false;
  };
  std::map<std::string, Fact> facts_;
};

}  // namespace convtune
