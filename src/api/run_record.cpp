#include "run_record.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <convtune/catalogue.hpp>
#include <convtune/error.hpp>

#include "deny_crashes.hpp"
#include "race_facts.hpp"

namespace convtune {
namespace {

std::string settings_text(const TuneSettings& settings, const TuneReport& report) {
  const RaceSettings& race = settings.race;
  nlohmann::json all = {{"max_rounds", race.max_rounds},
                        {"min_rounds", race.rule.min_rounds},
                        {"z", race.rule.z},
                        {"tolerance", race.rule.tolerance},
                        {"budget_seconds", race.budget_seconds},
                        {"demand_seconds", race.demand_seconds},
                        {"rounds", report.rounds},
                        {"interrupted", report.interrupted}};
  if (race.order == Order::mirrored) all["order"] = "mirrored";
  if (report.fresh_process) all["fresh_process"] = true;
  add_race_facts(all, report.measurements);
  return all.dump();
}

}  // namespace

void add_refusals(Run& run, const std::vector<Listing::Refused>& refusals,
                  const std::vector<Run>& known, const Rooms& rooms, Environments& environments) {
  for (const Listing::Refused& refused : refusals) {
    Measurement measurement;
    measurement.candidate.implementation = refused.implementation;
    measurement.candidate.configuration = refused.configuration;
    const Rooms::Origin origin = rooms.origin(measurement.candidate).value();
    measurement.candidate.revision = origin.revision;
    measurement.candidate.tags = rooms.implementation(refused.implementation)->tags();
    measurement.outcome = Outcome::refused;
    measurement.reason = refused.reason;
    const bool stored = std::ranges::any_of(known, [&](const Run& earlier) {
      return std::ranges::any_of(earlier.measurements, [&](const Measurement& other) {
        return text(other.candidate) == text(measurement.candidate) &&
               other.reason == measurement.reason;
      });
    });
    if (stored) continue;
    const Environment& environment = environments.of(origin.backend);
    measurement.environment = environment.hash();
    if (std::ranges::none_of(run.environments, [&](const Environment& each) {
          return each.hash() == measurement.environment;
        }))
      run.environments.push_back(environment);
    run.measurements.push_back(std::move(measurement));
  }
}

Run run_from(const TuneReport& report, const ConvProblem& problem,
             std::span<const Contender> contenders, const TuneSettings& settings,
             std::int64_t started_unix, const Rooms& rooms, Environments& environments) {
  Run run{.problem = problem,
          .machine = rooms.machine,
          .protocol = settings.protocol,
          .rigour = settings.time ? settings.race.rigour : Rigour::predicted,
          .seed = settings.race.seed,
          .settings = settings_text(settings, report),
          .verdict = std::string(name(report.confidence)),
          .who = rooms.who,
          .started_unix = started_unix,
          .cost_seconds = report.cost_seconds,
          .version = program_version(),
          .commit = CONVTUNE_COMMIT,
          .measurements = report.measurements};
  // Whoever was stopped has raced too little for what was asked, and may have been left out.
  if (report.interrupted || report.confidence == Confidence::budget)
    run.rigour = std::min(run.rigour, Rigour::one_run);
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    const Environment& environment =
        environments.of(rooms.origin(contenders[i].candidate).value().backend);
    run.measurements[i].environment = environment.hash();
    if (std::ranges::none_of(run.environments, [&](const Environment& each) {
          return each.hash() == environment.hash();
        }))
      run.environments.push_back(environment);
  }
  if (settings.time)
    std::erase_if(run.measurements, [&](const Measurement& measurement) {
      const bool never_timed =
          measurement.outcome == Outcome::measured && measurement.samples.empty();
      return never_timed || (report.interrupted && measurement.outcome == Outcome::refused);
    });
  return run;
}

bool keep(Run& run, Store& store, const Rooms& rooms, std::vector<std::string>& warnings) {
  try {
    run.id = store.add(run);
  } catch (const Error& error) {
    warnings.push_back(fmt::format("What was measured of {} could not be stored: {}",
                                   text(run.problem), error.what()));
    return false;
  }
  deny_crashes(run, store, rooms.unix_time(), warnings);
  return true;
}

}  // namespace convtune
