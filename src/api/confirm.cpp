// The rigour "confirmed": the answer of a race is timed again where nothing else was timed before.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "answer.hpp"
#include "denied.hpp"
#include "run_record.hpp"
#include "tune_problem.hpp"
#include "tuned_answer.hpp"

namespace convtune {
namespace {

constexpr int attempts = 2;
constexpr int blocks = 8, rounds_a_block = 2;  // one there, one back

const Measurement* find(const Run& run, const std::string& candidate) {
  const auto found = std::ranges::find_if(run.measurements, [&](const Measurement& each) {
    return timed(each) && text(each.candidate) == candidate;
  });
  return found == run.measurements.end() ? nullptr : &*found;
}

// The winner, the runner-up, and the baseline where it is neither.
std::vector<Contender> to_confirm(const Verdict& verdict, const std::vector<Run>& runs,
                                  const Offers& offers) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min<std::size_t>(verdict.ranking.size(), 2); ++i)
    names.push_back(text(verdict.ranking[i].measurement->candidate));
  for (const Run& run : runs)
    for (const Measurement& each : run.measurements)
      if (timed(each) && each.candidate.baseline) names.push_back(text(each.candidate));
  std::vector<Contender> contenders;
  for (const std::string& name : names) {
    const auto is_it = [&](const Contender& each) { return text(each.candidate) == name; };
    const auto found = std::ranges::find_if(offers.contenders, is_it);
    if (found != offers.contenders.end() && std::ranges::none_of(contenders, is_it))
      contenders.push_back(*found);
  }
  return contenders;
}

// By this, or by more.
bool is_confirmed(const Verdict& verdict, const std::vector<Run>& runs, Protocol protocol) {
  const std::string winner = text(verdict.ranking.front().measurement->candidate);
  return std::ranges::any_of(runs, [&](const Run& run) {
    return run.rigour >= Rigour::confirmed && run.protocol == protocol && find(run, winner);
  });
}

// There and back (ABBA), so that what changes steadily hits all alike.
TuneSettings confirmation_settings(const TuneOptions& options) {
  TuneSettings settings;
  settings.race.rigour = Rigour::exhaustive;
  settings.race.order = Order::mirrored;
  settings.race.max_rounds = blocks * rounds_a_block;
  settings.race.seed = options.seed;
  settings.protocol = options.protocol;
  settings.fresh_process = true;
  settings.gate_slow = false;
  settings.stop = options.stop;
  return settings;
}

// Nobody is faster than the winner by more than the tolerance.
bool agrees(const Run& run, const std::string& winner) {
  const Measurement* const measured = find(run, winner);
  if (!measured) return false;
  return std::ranges::all_of(run.measurements, [&](const Measurement& each) {
    if (&each == measured || !timed(each)) return true;
    const auto ratio = paired_ratio(*measured, each);
    return !ratio || *ratio <= 1 + DecisionRule{}.tolerance;
  });
}

// It is worth no more than another race.
void call_unstable(Run& run) {
  run.rigour = std::min(run.rigour, Rigour::race);
  auto settings = nlohmann::json::parse(run.settings, nullptr, false);
  if (!settings.is_object()) settings = nlohmann::json::object();
  settings["unstable"] = true;
  run.settings = settings.dump();
}

class Confirmation {
 public:
  Confirmation(const ProblemTask& task, const Rooms& rooms, Environments& environments,
               Store* store, std::vector<std::string>& warnings)
      : task_(task),
        rooms_(rooms),
        environments_(environments),
        store_(store),
        warnings_(warnings),
        start_(rooms.seconds()),
        offers_(offers_for(task.listed.problem, rooms)) {
    std::vector<std::string> said_by_the_race;
    const Store* const stores[] = {store, task.system};
    Denied(stores, said_by_the_race).withhold(offers_, rooms, environments);
    chosen_ = chosen_from(offers_.contenders, task.options.candidates, task.options.without);
  }

  ProblemResult run() {
    race(task_.options.retune);
    // A confirmation that agrees may still move the lead to somebody whom it did not time.
    for (int attempt = 0; attempt < attempts && !settled(); ++attempt)
      if (!confirm() && attempt == 0) race(true);
    if (!settled())
      warnings_.push_back(fmt::format(
          "The answer for {} is unstable: timed again in a fresh process, twice, it was "
          "not confirmed.",
          text(task_.listed.problem)));
    if (timed_) {
      result_.tuned =
          answered(task_.listed, result_.runs, task_.options, chosen_, offers_.left_out(), rooms_);
      result_.tuned.cost_seconds = elapsed();
    }
    return std::move(result_);
  }

 private:
  double elapsed() const { return rooms_.seconds() - start_; }
  double left() const { return task_.budget_seconds - elapsed(); }

  Verdict verdict() const {
    rows_ = rows_of(chosen_, result_.runs, task_.options);
    return decide_for(rows_, Constraints{.protocol = task_.options.protocol});
  }

  void race(bool retune) {
    TuneOptions options = task_.options;
    options.rigour = Rigour::race;
    options.retune = retune;
    ProblemTask task{.listed = task_.listed,
                     .options = options,
                     .only = task_.only,
                     .system = task_.system,
                     .budget_seconds = task_.budget_seconds,
                     .may_promote = task_.may_promote,
                     .may_race = task_.may_race,
                     .at_least_two = task_.at_least_two,
                     .offered = task_.offered,
                     .note = task_.note};
    if (timed_ && task_.budget_seconds > 0) task.budget_seconds = left();
    const bool stored = result_.stored;
    result_ = race_problem(task, rooms_, environments_, store_, warnings_);
    result_.stored = result_.stored && stored;
  }

  // Nothing is left to do, or to do it with.
  bool settled() const {
    if (result_.skipped || result_.interrupted) return true;
    if (!task_.may_race || (task_.budget_seconds > 0 && left() <= 0)) return true;
    const Verdict found = verdict();
    const bool again = task_.options.retune && !timed_;
    return found.ranking.empty() ||
           (!again && is_confirmed(found, result_.runs, task_.options.protocol));
  }

  // False: the winner of the race did not win.
  bool confirm() {
    const Verdict before = verdict();
    const std::string winner = text(before.ranking.front().measurement->candidate);
    const std::vector<Contender> contenders = to_confirm(before, result_.runs, offers_);
    TuneSettings settings = confirmation_settings(task_.options);
    settings.progress = task_.note;
    if (task_.budget_seconds > 0) settings.race.budget_seconds = left();
    if (task_.note) task_.note(fmt::format("confirming {}", winner));
    const std::int64_t started = rooms_.unix_time();
    const TuneReport report =
        rooms_.tune(task_.listed.problem, contenders, rooms_.device, settings);
    timed_ = true;
    result_.interrupted = report.interrupted;
    Run run = run_from(report, task_.listed.problem, contenders, settings, started, rooms_,
                       environments_);
    run.rigour = std::min(run.rigour, Rigour::confirmed);
    const bool cut = report.interrupted || report.confidence == Confidence::budget;
    const bool agreed = cut || agrees(run, winner);
    if (!agreed) call_unstable(run);
    run.id = result_.runs.empty() ? 1 : result_.runs.back().id + 1;
    if (store_ && !run.measurements.empty())
      result_.stored = keep(run, *store_, rooms_, warnings_) && result_.stored;
    result_.runs.push_back(std::move(run));
    return agreed;
  }

  const ProblemTask& task_;
  const Rooms& rooms_;
  Environments& environments_;
  Store* store_;
  std::vector<std::string>& warnings_;
  double start_;
  Offers offers_;
  std::vector<Contender> chosen_;
  ProblemResult result_{.tuned = {.listed = task_.listed,
                                  .choice = no_choice(task_.listed.problem, rooms_, ""),
                                  .baseline = {},
                                  .speedup = {},
                                  .counts = {}},
                        .runs = {}};
  mutable std::vector<Run> rows_;  ///< what the last verdict points into
  bool timed_ = false;             ///< a confirmation was
};

}  // namespace

ProblemResult tune_problem(const ProblemTask& task, const Rooms& rooms, Environments& environments,
                           Store* store, std::vector<std::string>& warnings) {
  if (task.options.rigour != Rigour::confirmed)
    return race_problem(task, rooms, environments, store, warnings);
  return Confirmation(task, rooms, environments, store, warnings).run();
}

}  // namespace convtune
