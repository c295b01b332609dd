#pragma once

#include <string>
#include <vector>

#include <convtune/decision.hpp>

namespace convtune {

/// Inside a test body the plain name would be testing::Test::Run.
using Race = Run;
using Races = std::vector<Run>;

/// Samples of rounds 0, 1, 2, ...
inline std::vector<Sample> rounds(const std::vector<double>& seconds) {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < seconds.size(); ++i)
    samples.push_back({.round = static_cast<int>(i), .seconds = seconds[i]});
  return samples;
}

/// `count` rounds of exactly the same time.
inline std::vector<Sample> steady(double seconds, int count = 8) {
  return rounds(std::vector<double>(static_cast<std::size_t>(count), seconds));
}

/// The same in rounds that are not comparable with others.
inline std::vector<Sample> disturbed(std::vector<Sample> samples) {
  for (Sample& sample : samples) sample.disturbed = true;
  return samples;
}

inline Measurement measured(const std::string& name, std::vector<Sample> samples,
                            std::size_t workspace_bytes = 0) {
  Measurement m;
  m.candidate.implementation = name;
  m.candidate.workspace_bytes = workspace_bytes;
  m.candidate.deterministic = true;
  m.deterministic_observed = true;
  m.samples = std::move(samples);
  return m;
}

inline Measurement outcome_of(const std::string& name, Outcome outcome) {
  Measurement m = measured(name, {});
  m.outcome = outcome;
  m.reason = "made for a test";
  return m;
}

/// A race `id` seconds after the epoch.
inline Run run_of(std::int64_t id, std::vector<Measurement> measurements) {
  Run run{.problem = ConvProblem::make(ConvShape{})};
  run.id = run.started_unix = id;
  run.measurements = std::move(measurements);
  return run;
}

inline std::vector<std::string> names(const Run& run, const Decision& decision) {
  std::vector<std::string> names;
  for (const Standing& standing : decision.standings)
    names.push_back(text(run.measurements[standing.measurement].candidate));
  return names;
}

inline std::vector<std::string> names(const Verdict& verdict) {
  std::vector<std::string> names;
  for (const Ranked& ranked : verdict.ranking) names.push_back(text(ranked.measurement->candidate));
  return names;
}

}  // namespace convtune
