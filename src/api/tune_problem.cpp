#include "tune_problem.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <convtune/error.hpp>

#include "denied.hpp"
#include "known.hpp"
#include "promotion.hpp"
#include "race_facts.hpp"
#include "rows.hpp"
#include "run_record.hpp"
#include "tuned_answer.hpp"

namespace convtune {
namespace {

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

bool breaks(const Measurement& measurement) {
  switch (measurement.outcome) {
    case Outcome::wrong:
    case Outcome::failed:
    case Outcome::crashed:
    case Outcome::timed_out: return true;
    default: return false;
  }
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

bool takes_part(const StaleWinner& race, const Contender& contender) {
  return std::ranges::any_of(race.racers, [&](const Contender& each) {
    return text(each.candidate) == text(contender.candidate);
  });
}

// One problem on its way from what is known of it to its answer.
class Tuning {
 public:
  Tuning(const ProblemTask& task, const Rooms& rooms, Environments& environments, Store* store,
         std::vector<std::string>& warnings)
      : task_(task),
        rooms_(rooms),
        environments_(environments),
        store_(store),
        warnings_(warnings),
        start_(rooms.seconds()) {
    const Store* const stores[] = {store, task.system};
    denied_ = Denied(stores, warnings);
    offers_ = offers_for(problem(), rooms, neighbours_tried(options().rigour));
    if (task.offered) task.offered(offers_);
    denied_.withhold(offers_, rooms, environments);
    chosen_ = chosen_from(offers_.contenders, options().candidates, options().without);
    if (task.only)
      std::erase_if(chosen_, [&](const Contender& each) {
        return !objection(each.candidate, std::nullopt, *task.only).empty();
      });
    all_runs_ = stored_runs(problem(), store, warnings);
    runs_ = within(Reach::exact);
  }

  ProblemResult result() {
    const bool known = missing().empty();
    if (!known && task_.may_race) {
      if (!options().retune) promote();
      if (const std::vector<Contender> left = missing(); !left.empty() && !interrupted_) race(left);
    }
    ProblemResult result{
        .tuned = answered(task_.listed, runs_, options(), chosen_, offers_.left_out(), rooms_),
        .runs = std::move(runs_),
        .skipped = !known && (!task_.may_race || !reached_),
        .interrupted = interrupted_,
        .stored = stored_};
    if (known || task_.may_race) {
      result.tuned.from_store = known && !chosen_.empty();
      result.tuned.cost_seconds = known ? 0 : rooms_.seconds() - start_;
    }
    return result;
  }

 private:
  const ConvProblem& problem() const { return task_.listed.problem; }
  const TuneOptions& options() const { return task_.options; }

  // Backends are open by now: probing is exact where remembering would do.
  std::vector<Run> within(Reach reach) {
    return Rows(rooms_, environments_, nullptr, denied_).within(reach, all_runs_);
  }

  std::vector<Contender> missing() const {
    const Known known(runs_, options(), task_.budget_seconds, task_.may_promote);
    // Neither whoever is left of `only` nor whoever is named is refused for a prediction.
    const bool all_wanted =
        task_.only != nullptr || names_the_hopeless(chosen_, options().candidates);
    std::vector<Contender> missing;
    std::ranges::copy_if(chosen_, std::back_inserter(missing), [&](const Contender& each) {
      const bool wanted = all_wanted && known.outcome(each.candidate) == Outcome::refused;
      return options().retune || wanted || !known.settled(each.candidate);
    });
    return missing;
  }

  // The answer so far; empty if there is none.
  std::string incumbent() const {
    const std::vector<Run> rows = rows_of(chosen_, runs_, options());
    const Verdict before = verdict_of(rows, options());
    return before.ranking.empty() ? "" : text(before.ranking.front().measurement->candidate);
  }

  TuneSettings settings() const {
    TuneSettings settings;
    settings.race.rigour = options().rigour;
    settings.race.seed = options().seed;
    settings.race.budget_seconds = task_.budget_seconds;
    settings.protocol = options().protocol;
    settings.at_least_two = task_.at_least_two;
    settings.gate_slow =
        task_.only ? !all_hopeless(chosen_) : !names_the_hopeless(chosen_, options().candidates);
    settings.definition = rooms_.definition();
    settings.stop = options().stop;
    settings.progress = task_.note;
    return settings;
  }

  // Times the winner of an older environment once against the baseline; where it is as fast as it
  // was, what that environment found out holds here too.
  void promote() {
    if (!task_.may_promote || task_.only || !options().candidates.empty() ||
        !options().without.empty())
      return;
    auto winner =
        stale_winner(within(Reach::stale), missing(), offers_, options(), rooms_, environments_);
    if (!winner) return;
    // The answer so far is the link to what still holds.
    const std::string before = incumbent();
    for (const Contender& each : offers_.contenders)
      if (text(each.candidate) == before && !takes_part(*winner, each))
        winner->racers.push_back(each);
    TuneSettings few = settings();
    few.race.max_rounds = few.race.rule.min_rounds;
    few.race.rigour = std::min(few.race.rigour, Rigour::race);
    const std::int64_t started = rooms_.unix_time();
    const TuneReport report = rooms_.tune(problem(), winner->racers, rooms_.device, few);
    interrupted_ = report.interrupted;
    Run run = run_from(report, problem(), winner->racers, few, started, rooms_, environments_);
    run.rigour = std::min(run.rigour, Rigour::one_run);
    if (confirms(run, *winner)) record(winner->promotion, run);
    adopt(std::move(run));
  }

  void race(const std::vector<Contender>& missing) {
    const Known known(runs_, options(), task_.budget_seconds, task_.may_promote);
    const std::vector<Contender> racers = racers_for(missing, offers_, incumbent(), known);
    TuneSettings settings = this->settings();
    const std::int64_t started = rooms_.unix_time();
    const auto run_of = [&](const TuneReport& found) {
      return run_from(found, problem(), racers, settings, started, rooms_, environments_);
    };
    std::set<std::string> kept;  // who is broken is kept before the race, which may not end
    settings.checked = [&](std::span<const Measurement> verdicts) {
      Run broken = run_of({.measurements = {verdicts.begin(), verdicts.end()}});
      std::erase_if(broken.measurements, [&](const Measurement& each) {
        return !breaks(each) || kept.contains(text(each.candidate));
      });
      if (!store_ || broken.measurements.empty()) return;
      if (!keep(broken, *store_, rooms_, warnings_)) return;
      for (const Measurement& each : broken.measurements) kept.insert(text(each.candidate));
      runs_.push_back(std::move(broken));
    };
    const TuneReport report = rooms_.tune(problem(), racers, rooms_.device, settings);
    interrupted_ = report.interrupted;
    // Whoever the budget left alone was beaten by nobody: there is no answer in that.
    reached_ = task_.at_least_two || interrupted_ ||
               std::ranges::count_if(report.measurements, timed) > 1 ||
               std::ranges::none_of(report.measurements, [](const Measurement& each) {
                 return each.reason == out_of_budget;
               });
    Run run = run_of(report);
    std::erase_if(run.measurements, [&](const Measurement& each) {
      return breaks(each) && kept.contains(text(each.candidate));
    });
    add_refusals(run, offers_.refusals, runs_, rooms_, environments_);
    adopt(std::move(run));
  }

  void adopt(Run run) {
    // Newest of all, also where it is not kept.
    for (const Run& each : runs_) run.id = std::max(run.id, each.id + 1);
    if (store_ && !run.measurements.empty())
      stored_ = keep(run, *store_, rooms_, warnings_) && stored_;
    runs_.push_back(std::move(run));
  }

  const ProblemTask& task_;
  const Rooms& rooms_;
  Environments& environments_;
  Store* store_;
  std::vector<std::string>& warnings_;
  double start_;
  Denied denied_;
  Offers offers_;
  std::vector<Contender> chosen_;
  std::vector<Run> all_runs_;  // of the store
  std::vector<Run> runs_;      // those that count here and now, and the new ones
  bool interrupted_ = false, stored_ = true, reached_ = true;
};

}  // namespace

ProblemResult race_problem(const ProblemTask& task, const Rooms& rooms, Environments& environments,
                           Store* store, std::vector<std::string>& warnings) {
  return Tuning(task, rooms, environments, store, warnings).result();
}

}  // namespace convtune
