#include "known.hpp"

#include <convtune/choice.hpp>

namespace convtune {
namespace {

bool settles(const Run& run, const Measurement& measurement, const TuneOptions& options) {
  const bool cut = run.verdict == name(Confidence::budget) && options.budget_seconds <= 0;
  switch (measurement.outcome) {
    case Outcome::measured:
    case Outcome::noisy:
      return !measurement.samples.empty() && run.rigour >= options.rigour &&
             run.protocol == options.protocol && !cut;
    case Outcome::refused:
      // Whoever is named is not refused for a prediction, and whom a budget kept out may come now.
      return run.rigour >= options.rigour && run.verdict != name(Confidence::budget) &&
             options.candidates.empty();
    case Outcome::wrong:
    case Outcome::failed:
    case Outcome::crashed:
    case Outcome::timed_out:
    case Outcome::too_slow: return true;
  }
  return false;
}

}  // namespace

Known::Known(const std::vector<Run>& runs, const TuneOptions& options) {
  for (const Run& run : runs)
    for (const Measurement& measurement : run.measurements) {
      Fact& fact = facts_[text(measurement.candidate)];
      fact.newest = measurement.outcome;
      fact.settled = fact.settled || settles(run, measurement, options);
    }
}

bool Known::settled(const Candidate& candidate) const {
  const auto found = facts_.find(text(candidate));
  return found != facts_.end() && found->second.settled;
}

std::optional<Outcome> Known::outcome(const Candidate& candidate) const {
  const auto found = facts_.find(text(candidate));
  if (found == facts_.end()) return std::nullopt;
  return found->second.newest;
}

}  // namespace convtune
