#include "sweep.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <convtune/error.hpp>
#include <convtune/statistics.hpp>
#include <tuner/budget.hpp>

#include "answer.hpp"
#include "tune_problem.hpp"

namespace convtune {
namespace {

// Only proportions between problems count: those that were tuned before need little if anything.
constexpr int usual_candidates = 12, candidates_of_known = 1;

std::vector<ExpectedWork> expected_work(const std::vector<ListedProblem>& problems,
                                        const Store& store, bool retune) {
  std::set<ConvProblem> known;
  if (!retune) try {
      for (const ConvProblem& problem : store.problems()) known.insert(problem);
    } catch (const Error&) {
      // Then all of them count as new; reading their rows will say what is wrong.
    }
  std::vector<ExpectedWork> work;
  for (const ListedProblem& listed : problems)
    work.push_back(
        {.multiply_accumulates = multiply_accumulates(listed.problem),
         .candidates = known.contains(listed.problem) ? candidates_of_known : usual_candidates,
         .repeats = listed.repeats});
  return work;
}

bool fixed_layouts(const ConvProblem& problem) {
  return std::ranges::none_of(std::initializer_list{Role::source, Role::filter, Role::destination},
                              [&](Role role) { return layout_of(problem, role) == Layout::any; });
}

// Sums over the whole network; without a figure as soon as a layer lacks one.
class NetworkTimes {
 public:
  void add(const Tuned& tuned) {
    const bool complete =
        fixed_layouts(tuned.listed.problem) && tuned.baseline && tuned.choice.seconds;
    if (!complete) return lose();
    const auto repeats = static_cast<double>(tuned.listed.repeats);
    baseline_ += repeats * tuned.baseline->seconds;
    choice_ += repeats * *tuned.choice.seconds;
  }
  void lose() { complete_ = false; }
  std::optional<double> speedup() const {
    return complete_ && choice_ > 0 ? std::optional(baseline_ / choice_) : std::nullopt;
  }

 private:
  double baseline_ = 0, choice_ = 0;
  bool complete_ = true;
};

// How long what is left will take, by what the problems so far took for their expected work.
class Estimate {
 public:
  void took(const ExpectedWork& work, double seconds) {
    expected_ += expected_seconds(work);
    real_ += seconds;
  }
  std::optional<double> remaining(std::span<const ExpectedWork> left) const {
    if (expected_ <= 0 || real_ <= 0) return std::nullopt;
    double expected = 0;
    for (const ExpectedWork& work : left) expected += expected_seconds(work);
    return expected * real_ / expected_;
  }

 private:
  double expected_ = 0, real_ = 0;
};

}  // namespace

TuneSummary sweep(const std::vector<ListedProblem>& problems, const TuneOptions& options,
                  const Rooms& rooms, Environments& environments, Store* store,
                  std::vector<std::string>& warnings, const std::function<void(const Tuned&)>& done,
                  const std::function<void(const TuneProgress&)>& progress) {
  const double start = rooms.seconds();
  const auto elapsed = [&] { return rooms.seconds() - start; };
  const std::vector<ExpectedWork> work = expected_work(problems, *store, options.retune);
  TuneSummary summary{
      .problems = static_cast<int>(problems.size()), .speedup_geomean = {}, .network_speedup = {}};
  std::vector<double> speedups;
  NetworkTimes network;
  Estimate estimate;
  UnaskedWarnings unasked;
  bool raced = false;
  const std::shared_ptr<const Store> system = system_store(rooms, warnings);

  for (std::size_t i = 0; i < problems.size(); ++i) {
    const std::span left(work.begin() + static_cast<std::ptrdiff_t>(i), work.end());
    if (options.stop && options.stop()) {
      summary.interrupted = true;
      break;
    }
    const auto remaining_seconds = [&] {
      auto remaining = estimate.remaining(left);
      if (remaining && options.budget_seconds > 0)
        remaining = std::min(*remaining, std::max(0.0, options.budget_seconds - elapsed()));
      return remaining;
    };
    const auto tell = [&](const Tuned* tuned, const std::string& note) {
      if (progress)
        progress({.index = i,
                  .total = problems.size(),
                  .done = tuned,
                  .note = note,
                  .remaining_seconds = remaining_seconds()});
    };
    tell(nullptr, text(problems[i].problem));

    ProblemTask task{.listed = problems[i], .options = options, .system = system.get(), .note = {}};
    task.offered = [&](const Offers& offers) {
      if (!offers.contenders.empty()) unasked.add(offers, rooms, warnings);
    };
    task.note = [&](const std::string& note) { tell(nullptr, note); };
    if (const double budget = options.budget_seconds; budget > 0) {
      const double rest = budget - elapsed();
      // The first race is never cut below what makes an answer; later ones are not even begun.
      task.may_race = rest > 0 || !raced;
      task.at_least_two = !raced;
      constexpr double shortest = 1e-3;  // 0 would be no budget at all
      task.budget_seconds = std::max(budget_share(rest, left), shortest);
    }

    ProblemResult result{.tuned = {.listed = problems[i],
                                   .choice = no_choice(problems[i].problem, rooms, ""),
                                   .baseline = {},
                                   .speedup = {},
                                   .counts = {}},
                         .runs = {}};
    try {
      result = tune_problem(task, rooms, environments, store, warnings);
    } catch (const std::bad_alloc&) {
      result.tuned.choice.reason = "There is not enough memory for its tensors.";
      warnings.push_back(fmt::format("{} was left out: there is not enough memory for its tensors.",
                                     text(problems[i].problem)));
    }
    summary.unstored += !result.stored;
    if (result.skipped) {
      ++summary.skipped;
      network.lose();
      continue;
    }
    const Tuned& tuned = result.tuned;
    if (result.interrupted && tuned.choice.candidate.empty()) {
      summary.interrupted = true;
      break;
    }
    ++(tuned.from_store                 ? summary.from_store
       : tuned.choice.candidate.empty() ? summary.unanswered
                                        : summary.tuned);
    if (!tuned.from_store) {
      raced = true;
      estimate.took(work[i], tuned.cost_seconds);
    }
    if (tuned.speedup) speedups.push_back(*tuned.speedup);
    network.add(tuned);
    if (done) done(tuned);
    tell(&tuned, "");
    if (result.interrupted) {
      summary.interrupted = true;
      break;
    }
  }
  if (summary.interrupted) {
    const int reached = summary.tuned + summary.from_store + summary.unanswered + summary.skipped;
    summary.skipped += summary.problems - reached;
    if (reached < summary.problems) network.lose();
  }
  if (!speedups.empty()) summary.speedup_geomean = geometric_mean(speedups);
  summary.network_speedup = network.speedup();
  summary.cost_seconds = elapsed();
  return summary;
}

}  // namespace convtune
