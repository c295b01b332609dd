#include "known.hpp"

#include <nlohmann/json.hpp>

#include <convtune/choice.hpp>
#include <tuner/tune.hpp>

#include "promotion.hpp"

namespace convtune {
namespace {

// A race that a budget cut short goes on where there is clearly more time than it had.
bool goes_on(const Run& run, double budget_seconds) {
  if (run.verdict != name(Confidence::budget)) return false;
  constexpr double clearly_more = 2;
  const auto settings = nlohmann::json::parse(run.settings, nullptr, false);
  const double had = settings.is_object() ? settings.value("budget_seconds", 0.0) : 0.0;
  return budget_seconds <= 0 || budget_seconds >= clearly_more * had;
}

bool settles(const Run& run, const Measurement& measurement, const TuneOptions& options,
             double budget_seconds) {
  // A cut race has little rigour, but no more is to be had within its budget.
  const bool cut = run.verdict == name(Confidence::budget);
  const bool enough = cut ? options.rigour <= Rigour::race && !goes_on(run, budget_seconds)
                          : run.rigour >= options.rigour;
  switch (measurement.outcome) {
    case Outcome::measured:
    case Outcome::noisy:
      return !measurement.samples.empty() && run.protocol == options.protocol && enough;
    case Outcome::refused:
      // Whom a budget or want of memory kept out may come now.
      return enough && measurement.reason != out_of_budget &&
             measurement.reason != wants_a_process &&
             !measurement.reason.starts_with(short_of_memory);
    case Outcome::wrong:
    case Outcome::failed:
    case Outcome::crashed:
    case Outcome::timed_out:
    case Outcome::too_slow: return true;
  }
  return false;
}

}  // namespace

Known::Known(const std::vector<Run>& runs, const TuneOptions& options, double budget_seconds,
             bool promoted) {
  for (const Run& run : runs) {
    for (const Measurement& measurement : run.measurements) {
      Fact& fact = facts_[text(measurement.candidate)];
      fact.newest = measurement.outcome;
      fact.settled = fact.settled || settles(run, measurement, options, budget_seconds);
    }
    if (!promoted || run.protocol != options.protocol || !options.candidates.empty()) continue;
    if (const auto promotion = promotion_of(run); promotion && promotion->rigour >= options.rigour)
      for (const Promotion::Settled& each : promotion->settled) promoted_.insert(each.candidate);
  }
}

bool Known::settled(const Candidate& candidate) const {
  const auto found = facts_.find(text(candidate));
  return promoted_.contains(text(candidate)) || (found != facts_.end() && found->second.settled);
}

std::optional<Outcome> Known::outcome(const Candidate& candidate) const {
  const auto found = facts_.find(text(candidate));
  if (found == facts_.end()) return std::nullopt;
  return found->second.newest;
}

}  // namespace convtune
