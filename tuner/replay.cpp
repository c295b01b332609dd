#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>

#include <convtune/statistics.hpp>
#include <tuner/replay.hpp>

#include "pairing.hpp"

namespace convtune {
namespace {

constexpr int resamples = 2000;

using Half = std::vector<std::size_t>;

// What one half decided, judged by the other.
struct Judged {
  double regret = 0, floor = 0, calls = 0, seconds = 0;
  bool clear = false;
  std::size_t ties = 0;
};

// Of one problem over all its permutations.
struct Found {
  std::vector<Judged> decisions;
  double mean(double Judged::* member) const {
    double sum = 0;
    for (const Judged& each : decisions) sum += each.*member;
    return sum / static_cast<double>(decisions.size());
  }
};

std::vector<double> medians(const Recorded& recorded, const Half& rounds) {
  std::vector<double> result, picked;
  for (const Recorded::Entry& entry : recorded.entries) {
    picked.clear();
    for (const std::size_t round : rounds) picked.push_back(entry.seconds[round]);
    result.push_back(median(picked));
  }
  return result;
}

std::array<Half, 2> halves(std::size_t rounds, std::mt19937_64& random) {
  std::vector<std::size_t> order(rounds);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = rounds; i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  std::array<Half, 2> half;
  for (std::size_t i = 0; i < rounds; ++i) half[i % 2].push_back(order[i]);
  return half;
}

std::size_t ties_of(const Selection& selection, const DecisionRule& rule) {
  const std::vector<Sample>& chosen = selection.samples[selection.chosen];
  return static_cast<std::size_t>(std::ranges::count_if(selection.samples, [&](const auto& each) {
    return &each != &chosen && !each.empty() && !chosen.empty() && pairing(each, chosen, rule).tied;
  }));
}

Judged judged(const Select& select, const Recorded& recorded, const Half& deciding,
              const Half& judging, std::uint64_t seed) {
  const DecisionRule rule;
  const Selection selection = select(recorded, deciding, seed);
  const std::vector<double> truth = medians(recorded, judging), all = medians(recorded, deciding);
  const double best = std::ranges::min(truth);
  const auto by_all = static_cast<std::size_t>(std::ranges::min_element(all) - all.begin());
  Judged result{.regret = truth[selection.chosen] / best - 1, .floor = truth[by_all] / best - 1};
  for (const auto& samples : selection.samples)
    for (const Sample& sample : samples) result.seconds += sample.seconds;
  result.calls = result.seconds / best;
  const Confidence word = selection.word ? *selection.word : confidence(selection.samples, rule);
  result.clear = word == Confidence::clear;
  result.ties = ties_of(selection, rule);
  return result;
}

Found judge_one(const Select& select, const Recorded& recorded, int seeds) {
  Found found;
  for (int seed = 1; seed <= seeds; ++seed) {
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    const auto half = halves(recorded.rounds(), random);
    for (std::size_t judging = 0; judging < 2; ++judging)
      found.decisions.push_back(
          judged(select, recorded, half[1 - judging], half[judging], random()));
  }
  return found;
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Percentile bootstrap over problems: a few of them carry half of any mean.
std::array<double, 2> interval_of_mean(std::span<const double> values) {
  std::mt19937_64 random(1);
  std::vector<double> means, picked(values.size());
  for (int i = 0; i < resamples; ++i) {
    for (double& each : picked) each = values[random() % values.size()];
    means.push_back(mean_of(picked));
  }
  std::ranges::sort(means);
  constexpr std::size_t tail = resamples / 40;
  return {means[tail], means[resamples - 1 - tail]};
}

void add_shares(std::span<const Found> all, RuleScore& score) {
  std::vector<double> regrets;
  double clear = 0, wrong = 0, ties = 0, over = 0;
  for (const Found& found : all)
    for (const Judged& each : found.decisions) {
      regrets.push_back(each.regret);
      clear += each.clear;
      wrong += each.clear && each.regret > DecisionRule{}.tolerance;
      ties += static_cast<double>(each.ties);
      over += each.regret > 0.05;
    }
  std::ranges::sort(regrets);
  const auto count = static_cast<double>(regrets.size());
  score.regret_p95 = regrets[regrets.size() * 95 / 100];
  score.over_5_percent = over / count;
  score.clear_share = clear / count;
  score.clear_wrong = clear > 0 ? wrong / clear : 0;
  score.ties_mean = ties / count;
}

}  // namespace

RuleScore judge(const Select& select, std::span<const Recorded> problems, int seeds) {
  RuleScore score;
  if (problems.empty()) return score;
  std::vector<Found> all(problems.size());
#pragma omp parallel for schedule(dynamic)
  for (std::size_t i = 0; i < problems.size(); ++i) all[i] = judge_one(select, problems[i], seeds);

  std::vector<double> regrets, excess, calls, seconds;
  for (const Found& found : all) {
    regrets.push_back(found.mean(&Judged::regret));
    excess.push_back(regrets.back() - found.mean(&Judged::floor));
    calls.push_back(found.mean(&Judged::calls));
    seconds.push_back(found.mean(&Judged::seconds));
  }
  score.regret_mean = score.regret_without_worst = mean_of(regrets);
  if (const auto count = static_cast<double>(regrets.size()); count > 1)
    score.regret_without_worst =
        (score.regret_mean * count - std::ranges::max(regrets)) / (count - 1);
  score.excess_mean = mean_of(excess);
  const auto [low, high] = interval_of_mean(excess);
  score.excess_low = low;
  score.excess_high = high;
  score.cost_calls = mean_of(calls);
  score.cost_seconds = mean_of(seconds);
  add_shares(all, score);
  return score;
}

}  // namespace convtune
