// The objects of select, explain, tune and bench.
#include <array>
#include <set>

#include <report/json.hpp>
#include <report/units.hpp>

#include "values.hpp"

namespace convtune {
namespace {

/// The order of the contract.
constexpr std::array counted_outcomes = {Outcome::measured,  Outcome::refused,  Outcome::wrong,
                                         Outcome::failed,    Outcome::too_slow, Outcome::crashed,
                                         Outcome::timed_out, Outcome::noisy};

Json value(const std::optional<Drop>& drop) {
  if (!drop) return nullptr;
  return {{"by", text_or_null(drop->by)},
          {"ratio", number(drop->ratio)},
          {"over_rounds", drop->over},
          {"after_rounds", drop->after}};
}

Json value(const Explanation::Alternative& other) {
  return {{"constraint", other.constraint},
          {"candidate", text_or_null(other.candidate)},
          {"seconds", number(other.seconds)},
          {"ratio", number(other.ratio)},
          {"confidence", name(other.confidence)}};
}

Json value(const Explanation::Raced& run) {
  return {{"run", run.id},
          {"started_at", utc_time(run.started_unix)},
          {"protocol", name(run.protocol)},
          {"rigour", name(run.rigour)},
          {"verdict", text_or_null(run.verdict)},
          {"candidates", run.candidates},
          {"rounds", run.rounds},
          {"disturbed_rounds", run.disturbed_rounds},
          {"fresh_process", run.fresh_process},
          {"unstable", run.unstable}};
}

Json value(const Explanation::Row& row) {
  const Measurement& measurement = row.measurement;
  return {{"candidate", row.candidate},
          {"outcome", name(measurement.outcome)},
          {"reason", text_or_null(measurement.reason)},
          {"samples", measurement.samples.size()},
          {"median", number(median_of(measurement))},
          {"interval", interval_of(measurement)},
          {"ratio", number(row.ratio)},
          {"workspace_bytes", measurement.candidate.workspace_bytes},
          {"deterministic", determinism(measurement)},
          {"precision", name(measurement.candidate.precision)},
          {"environment", hexadecimal(measurement.environment)},
          {"removed_by", text_or_null(row.removed_by)},
          {"seconds", number(row.seconds)},
          {"tied", row.tied},
          {"dropped", value(measurement.dropped)}};
}

Json value(const Explanation::Unmeasured& each) {
  const Candidate& candidate = each.candidate;
  return {{"candidate", text(candidate)},
          {"workspace_bytes", candidate.workspace_bytes},
          {"deterministic", candidate.deterministic},
          {"precision", name(candidate.precision)},
          {"baseline", candidate.baseline},
          {"notes", text_or_null(candidate.notes)},
          {"removed_by", text_or_null(each.removed_by)}};
}

Json value(const LibrarySearch::Found& each) {
  return {{"configuration", each.configuration}, {"status", text_or_null(each.status)},
          {"seconds", number(each.seconds)},     {"workspace_bytes", each.workspace_bytes},
          {"deterministic", each.deterministic}, {"math_type", text_or_null(each.math)}};
}

Json value(const Explanation::Searched& search);

template <class Values>
Json array_of(const Values& values) {
  Json array = Json::array();
  for (const auto& each : values) array.push_back(value(each));
  return array;
}

Json value(const Explanation::Searched& search) {
  return {{"implementation", search.implementation},
          {"workspace_limit_bytes", search.workspace_limit},
          {"found", array_of(search.found)}};
}

Json value(const Measurement& measurement) {
  return {{"candidate", text(measurement.candidate)},
          {"outcome", name(measurement.outcome)},
          {"reason", text_or_null(measurement.reason)},
          {"samples", times(measurement)},
          {"median", number(median_of(measurement))},
          {"interval", interval_of(measurement)},
          {"first_call_seconds", number(measurement.first_call_seconds)},
          {"create_seconds", number(measurement.create_seconds)},
          {"reorder_seconds",
           {{"source", number(measurement.reorder_source_seconds)},
            {"destination", number(measurement.reorder_destination_seconds)}}},
          {"workspace_bytes", measurement.candidate.workspace_bytes},
          {"layouts", value(measurement.candidate.layouts)},
          {"deterministic", determinism(measurement)},
          {"precision", name(measurement.candidate.precision)},
          {"error", value(measurement.error)},
          {"baseline", measurement.candidate.baseline},
          {"dropped", value(measurement.dropped)}};
}

Json environment_of(const Run& run) {
  Json backends = Json::object();
  for (const Environment& environment : run.environments)
    backends[environment.backend] = value(environment);
  return {{"machine", run.machine.name},
          {"machine_class", run.machine.machine_class},
          {"backends", backends}};
}

}  // namespace

std::string json(const Choice& choice) {
  return dumped(value(choice));
}

std::string json(const Explanation& explanation) {
  return dumped({{"schema", "convtune.explanation/1"},
                 {"problem", text(explanation.choice.problem)},
                 {"choice", value(explanation.choice)},
                 {"candidates", array_of(explanation.rows)},
                 {"notes", explanation.notes},
                 {"tie_break", text_or_null(explanation.tie_break)},
                 {"alternatives", array_of(explanation.alternatives)},
                 {"runs", array_of(explanation.runs)},
                 {"unmeasured", array_of(explanation.unmeasured)},
                 {"refusals", array_of(explanation.refusals)},
                 {"searches", array_of(explanation.searches)},
                 {"guess", explanation.guess ? value(*explanation.guess) : Json(nullptr)}});
}

std::string json(const Tuned& tuned) {
  Json baseline = nullptr;
  if (tuned.baseline)
    baseline = {{"candidate", tuned.baseline->candidate},
                {"seconds", number(tuned.baseline->seconds)}};
  Json counts = Json::object();
  for (const Outcome outcome : counted_outcomes) {
    const auto found = tuned.counts.find(outcome);
    counts[std::string(name(outcome))] = found == tuned.counts.end() ? 0 : found->second;
  }
  return dumped({{"schema", "convtune.tuned/1"},
                 {"problem", text(tuned.listed.problem)},
                 {"names", tuned.listed.names},
                 {"repeats", tuned.listed.repeats},
                 {"choice", value(tuned.choice)},
                 {"baseline", baseline},
                 {"speedup", number(tuned.speedup)},
                 {"counts", counts},
                 {"cost_seconds", number(tuned.cost_seconds)},
                 {"from_store", tuned.from_store}});
}

std::string json(const TuneSummary& summary) {
  return dumped({{"schema", "convtune.tune_summary/1"},
                 {"problems", summary.problems},
                 {"tuned", summary.tuned},
                 {"from_store", summary.from_store},
                 {"skipped", summary.skipped},
                 {"rejected", summary.rejected},
                 {"speedup_geomean", number(summary.speedup_geomean)},
                 {"network_speedup", number(summary.network_speedup)},
                 {"cost_seconds", number(summary.cost_seconds)},
                 {"interrupted", summary.interrupted},
                 {"unanswered", summary.unanswered},
                 {"unstored", summary.unstored}});
}

std::string json(const Run& run) {
  Json measurements = Json::array();
  int rounds = 0;
  std::set<int> disturbed;
  for (const Measurement& measurement : run.measurements) {
    measurements.push_back(value(measurement));
    for (const Sample& sample : measurement.samples) {
      rounds = std::max(rounds, sample.round + 1);
      if (sample.disturbed) disturbed.insert(sample.round);
    }
  }
  return dumped({{"schema", "convtune.bench/1"},
                 {"problem", text(run.problem)},
                 {"environment", environment_of(run)},
                 {"protocol", name(run.protocol)},
                 {"seed", run.seed},
                 {"rounds", rounds},
                 {"measurements", measurements},
                 {"disturbed_rounds", disturbed}});
}

}  // namespace convtune
