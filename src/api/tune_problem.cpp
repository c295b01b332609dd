#include "tune_problem.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <convtune/catalogue.hpp>
#include <convtune/error.hpp>

#include "answer.hpp"
#include "deny_crashes.hpp"
#include "glob.hpp"
#include "known.hpp"
#include "race_facts.hpp"
#include "rows.hpp"

namespace convtune {
namespace {

std::string settings_text(const TuneSettings& settings, const TuneReport& report) {
  const RaceSettings& race = settings.race;
  nlohmann::json all = {{"max_rounds", race.max_rounds},
                        {"min_rounds", race.rule.min_rounds},
                        {"z", race.rule.z},
                        {"tolerance", race.rule.tolerance},
                        {"budget_seconds", race.budget_seconds},
                        {"rounds", report.rounds},
                        {"interrupted", report.interrupted}};
  if (race.order == Order::mirrored) all["order"] = "mirrored";
  if (report.fresh_process) all["fresh_process"] = true;
  add_race_facts(all, report.measurements);
  return all.dump();
}

std::vector<Run> stored_runs(const ConvProblem& problem, Store* store,
                             std::vector<std::string>& warnings) {
  if (!store) return {};
  try {
    std::vector<Run> runs = store->runs(problem);
    restore_race_facts(runs);
    return runs;
  } catch (const Error& error) {
    warnings.push_back(
        fmt::format("What is known of {} could not be read: {}", text(problem), error.what()));
    return {};
  }
}

bool timed(const Measurement& measurement) {
  return measurement.outcome == Outcome::measured && !measurement.samples.empty();
}

bool breaks(const Measurement& measurement) {
  switch (measurement.outcome) {
    case Outcome::wrong:
    case Outcome::failed:
    case Outcome::crashed:
    case Outcome::timed_out: return true;
    default: return false;
  }
}

}  // namespace

bool add_to(Store& store, Run& run, std::vector<std::string>& warnings) {
  try {
    run.id = store.add(run);
    return true;
  } catch (const Error& error) {
    warnings.push_back(fmt::format("What was measured of {} could not be stored: {}",
                                   text(run.problem), error.what()));
    return false;
  }
}

namespace {

bool fixed_answer(const TuneOptions& options) {
  return options.candidates.empty() && options.without.empty();
}

}  // namespace

std::vector<Run> rows_of(const std::vector<Contender>& chosen, const std::vector<Run>& runs,
                         const TuneOptions& options) {
  if (fixed_answer(options)) return runs;
  std::vector<Run> kept = runs;
  for (Run& run : kept)
    std::erase_if(run.measurements, [&](const Measurement& measurement) {
      return std::ranges::none_of(chosen, [&](const Contender& contender) {
        return text(contender.candidate) == text(measurement.candidate);
      });
    });
  return kept;
}

namespace {

// " NAME: REASON." of the first that came to nothing, or of the patterns.
std::string why_nothing(const std::vector<Contender>& chosen, const std::vector<Run>& runs,
                        const TuneOptions& options) {
  if (chosen.empty())
    return fixed_answer(options) ? " There is none." : " None matches the patterns.";
  for (const Run& run : runs)
    for (const Measurement& each : run.measurements)
      if (!each.reason.empty() && text(each.candidate) == text(chosen.front().candidate))
        return fmt::format(" {}: {}.", text(each.candidate), each.reason);
  return {};
}

Verdict verdict_of(const std::vector<Run>& rows, const TuneOptions& options) {
  return decide_for(rows, Constraints{.protocol = options.protocol});
}

// What is missing, and what it is to be compared with: the answer so far and the baseline.
std::vector<Contender> racers_for(const std::vector<Contender>& missing, const Offers& offers,
                                  const std::string& incumbent, const Known& known) {
  std::vector<Contender> racers = missing;
  for (const Contender& each : offers.contenders) {
    const std::string name = text(each.candidate);
    const bool compares = name == incumbent || each.candidate.baseline;
    const auto outcome = known.outcome(each.candidate);
    const bool broken = known.settled(each.candidate) && outcome != Outcome::measured &&
                        outcome != Outcome::refused;
    const bool there = std::ranges::any_of(
        missing, [&](const Contender& other) { return text(other.candidate) == name; });
    if (compares && !broken && !there) racers.push_back(each);
  }
  return racers;
}

// Why what was refused before any timing was refused, for those who ask the store later.
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

}  // namespace

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

Tuned answered(const ListedProblem& listed, const std::vector<Run>& runs,
               const TuneOptions& options, const std::vector<Contender>& chosen,
               const std::vector<Listing::Refused>& refusals, const Rooms& rooms) {
  Tuned tuned{.listed = listed,
              .choice = no_choice(listed.problem, rooms, "No candidate could be measured."),
              .baseline = {},
              .speedup = {},
              .counts = {}};
  const Known known(runs, options, 0);
  for (const Contender& each : chosen)
    if (const auto outcome = known.outcome(each.candidate)) ++tuned.counts[*outcome];
  for (const Listing::Refused& refused : refusals) {
    const std::string name =
        refused.implementation + (refused.configuration.empty() ? "" : "/" + refused.configuration);
    if (!options.candidates.empty() && !matches(options.candidates, name)) continue;
    if (!options.without.empty() && matches(options.without, name)) continue;
    ++tuned.counts[Outcome::refused];
  }

  const std::vector<Run> rows = rows_of(chosen, runs, options);
  const Verdict verdict = verdict_of(rows, options);
  if (verdict.ranking.empty()) {
    tuned.choice.reason += why_nothing(chosen, runs, options);
    return tuned;
  }
  tuned.choice = measured_choice(listed.problem, verdict, Provenance::exact, rooms);

  // The newest run that has both says how they compare.
  for (const Run& run : runs) {
    const Measurement *choice = nullptr, *baseline = nullptr;
    for (const Measurement& m : run.measurements) {
      if (m.outcome != Outcome::measured || m.samples.empty()) continue;
      if (m.candidate.baseline) baseline = &m;
      if (text(m.candidate) == tuned.choice.candidate) choice = &m;
    }
    if (!choice || !baseline || run.protocol != options.protocol) continue;
    const auto speedup = paired_ratio(*baseline, *choice);
    if (!speedup) continue;
    tuned.speedup = speedup;
    // On the scale of the choice's own time, so that the two and their ratio agree.
    tuned.baseline = {.candidate = text(baseline->candidate),
                      .seconds = *tuned.choice.seconds * *speedup,
                      .notes = baseline->candidate.notes};
  }
  return tuned;
}

ProblemResult race_problem(const ProblemTask& task, const Rooms& rooms, Environments& environments,
                           Store* store, std::vector<std::string>& warnings) {
  const ConvProblem& problem = task.listed.problem;
  const TuneOptions& options = task.options;
  const double start = rooms.seconds();
  const Offers offers = offers_for(problem, rooms);
  std::vector<Contender> chosen =
      chosen_from(offers.contenders, options.candidates, options.without);
  if (task.only)
    std::erase_if(chosen, [&](const Contender& each) {
      return !objection(each.candidate, std::nullopt, *task.only).empty();
    });
  // Backends are open by now: probing is exact where remembering would do.
  std::vector<Run> runs = Rows(rooms, environments, nullptr)
                              .within(Reach::exact, stored_runs(problem, store, warnings));
  const Known known(runs, options, task.budget_seconds);
  std::vector<Contender> missing;
  std::ranges::copy_if(chosen, std::back_inserter(missing), [&](const Contender& each) {
    // Whoever is left of `only` was refused for a prediction at most, and is wanted all the same.
    const bool wanted = task.only && known.outcome(each.candidate) == Outcome::refused;
    return options.retune || wanted || !known.settled(each.candidate);
  });

  bool interrupted = false, stored = true, reached = true;
  if (!missing.empty()) {
    if (!task.may_race)
      return {.tuned = answered(task.listed, runs, options, chosen, offers.refusals, rooms),
              .runs = std::move(runs),
              .skipped = true};
    const std::vector<Run> rows = rows_of(chosen, runs, options);
    const Verdict before = verdict_of(rows, options);
    const std::string incumbent =
        before.ranking.empty() ? "" : text(before.ranking.front().measurement->candidate);
    const std::vector<Contender> racers = racers_for(missing, offers, incumbent, known);
    TuneSettings settings;
    settings.race.rigour = options.rigour;
    settings.race.seed = options.seed;
    settings.race.budget_seconds = task.budget_seconds;
    settings.protocol = options.protocol;
    settings.at_least_two = task.at_least_two;
    settings.gate_slow =
        task.only ? !all_hopeless(chosen) : !names_the_hopeless(chosen, options.candidates);
    settings.stop = options.stop;
    settings.progress = task.note;
    const std::int64_t started = rooms.unix_time();
    const auto run_of = [&](const TuneReport& found) {
      return run_from(found, problem, racers, settings, started, rooms, environments);
    };
    // Who is broken is kept before the others go on: the race may not end.
    std::set<std::string> kept;
    settings.checked = [&](std::span<const Measurement> verdicts) {
      Run broken = run_of({.measurements = {verdicts.begin(), verdicts.end()}});
      std::erase_if(broken.measurements, [&](const Measurement& each) {
        return !breaks(each) || kept.contains(text(each.candidate));
      });
      if (!store || broken.measurements.empty()) return;
      if (!add_to(*store, broken, warnings)) return;
      deny_crashes(broken, *store, rooms.unix_time(), warnings);
      for (const Measurement& each : broken.measurements) kept.insert(text(each.candidate));
      runs.push_back(std::move(broken));
    };
    const TuneReport report = rooms.tune(problem, racers, rooms.device, settings);
    interrupted = report.interrupted;
    // Whoever the budget left alone was beaten by nobody: there is no answer in that.
    reached =
        task.at_least_two || interrupted || std::ranges::count_if(report.measurements, timed) > 1 ||
        std::ranges::none_of(report.measurements,
                             [](const Measurement& each) { return each.reason == out_of_budget; });
    Run run = run_of(report);
    std::erase_if(run.measurements, [&](const Measurement& each) {
      return breaks(each) && kept.contains(text(each.candidate));
    });
    add_refusals(run, offers.refusals, runs, rooms, environments);
    run.id = runs.empty() ? 1 : runs.back().id + 1;  // newest of all, also where it is not kept
    if (store && !run.measurements.empty()) stored = add_to(*store, run, warnings);
    if (store && stored) deny_crashes(run, *store, rooms.unix_time(), warnings);
    runs.push_back(std::move(run));
  }
  ProblemResult result{
      .tuned = answered(task.listed, runs, options, chosen, offers.refusals, rooms),
      .runs = std::move(runs),
      .skipped = !reached,
      .interrupted = interrupted,
      .stored = stored};
  result.tuned.from_store = missing.empty() && !chosen.empty();
  result.tuned.cost_seconds = missing.empty() ? 0 : rooms.seconds() - start;
  return result;
}

}  // namespace convtune
