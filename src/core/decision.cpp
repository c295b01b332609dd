#include <cmath>

#include <convtune/decision.hpp>

#include "ranking.hpp"

namespace convtune {

Decision decide(const Run& run, const Constraints& constraints, const DecisionRule& rule,
                const std::string& incumbent) {
  if (!answers(run, constraints)) return {};
  const Run* const alone[] = {&run};
  const Pairing pairing(alone);
  std::vector<Place> places;
  for (const Measurement& m : run.measurements)
    if (timed(m) &&
        objection(m.candidate, m.deterministic_observed.value_or(false), constraints).empty())
      places.push_back({.subject = pairing.index_of(subject(m)), .measurement = &m, .run = &run});
  if (places.empty()) return {};
  const std::vector<double> seconds = pairing.seconds();
  for (Place& place : places) place.seconds = seconds[place.subject];

  Decision decision;
  decision.confidence =
      rank(pairing, places, rule, incumbent, run.verdict == name(Confidence::budget));
  for (const Place& place : places) {
    const PairedDifference& paired = place.difference.paired;
    const double margin = rule.z * paired.standard_error;
    std::vector<double> samples;
    for (const Sample& sample : place.measurement->samples) samples.push_back(sample.seconds);
    decision.standings.push_back(
        {.measurement = static_cast<std::size_t>(place.measurement - run.measurements.data()),
         .median_seconds = median(samples),
         .ratio = std::exp(paired.median),
         .ratio_low = std::exp(paired.median - margin),
         .ratio_high = std::exp(paired.median + margin),
         .tied = place.tied,
         .out = place.out});
  }
  return decision;
}

}  // namespace convtune
