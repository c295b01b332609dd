#include "recorded.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <numeric>
#include <random>
#include <sstream>
#include <stdexcept>

#include <convtune/statistics.hpp>

namespace convtune {
namespace {

struct Judged {
  double regret = 0, floor = 0, calls = 0;
  bool clear = false;
};

std::vector<double> medians(const std::vector<std::vector<double>>& seconds,
                            const std::vector<std::size_t>& rounds) {
  std::vector<double> result;
  for (const auto& each : seconds) {
    std::vector<double> picked;
    for (const std::size_t round : rounds) picked.push_back(each[round]);
    result.push_back(median(picked));
  }
  return result;
}

// The leader: smallest median, as long as it took part to the end.
std::size_t chosen(const RaceResult& result) {
  std::size_t best = 0;
  double least = INFINITY;
  for (std::size_t i = 0; i < result.samples.size(); ++i) {
    std::vector<double> seconds;
    for (const Sample& sample : result.samples[i]) seconds.push_back(sample.seconds);
    if (seconds.empty() || !result.dropped[i].empty()) continue;
    if (const double middle = median(seconds); middle < least) {
      least = middle;
      best = i;
    }
  }
  return best;
}

Judged judge(const Recorded& problem, const std::vector<std::size_t>& deciding,
             const std::vector<std::size_t>& judging, RaceSettings settings, std::uint64_t seed) {
  settings.seed = seed;
  settings.max_rounds = std::min(settings.max_rounds, static_cast<int>(deciding.size()));
  double spent = 0;
  const RaceResult result = race(
      problem.entrants,
      [&](std::size_t index, int round) {
        const double seconds = problem.seconds[index][deciding[static_cast<std::size_t>(round)]];
        spent += seconds;
        return seconds;
      },
      settings, [&] { return spent; });
  const std::vector<double> truth = medians(problem.seconds, judging);
  const std::vector<double> all = medians(problem.seconds, deciding);
  const double best = std::ranges::min(truth);
  const auto by_all = static_cast<std::size_t>(std::ranges::min_element(all) - all.begin());
  return {.regret = truth[chosen(result)] / best - 1,
          .floor = truth[by_all] / best - 1,
          .calls = spent / best,
          .clear = result.confidence == Confidence::clear};
}

}  // namespace

std::size_t Recorded::rounds() const {
  std::size_t least = seconds.front().size();
  for (const auto& each : seconds) least = std::min(least, each.size());
  return least;
}

std::vector<Recorded> read_recorded(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<Recorded> problems;
  std::map<std::string, std::size_t> known;
  for (std::string line; std::getline(file, line);) {
    std::istringstream columns(line);
    std::vector<std::string> column;
    for (std::string each; std::getline(columns, each, '\t');) column.push_back(each);
    const std::string name = column.at(1) + " " + column.at(2);
    const auto [found, added] = known.emplace(name, problems.size());
    if (added) problems.emplace_back().problem = name;
    Recorded& problem = problems[found->second];
    problem.entrants.push_back({.name = column.at(4) + "#" + column.at(3),
                                .workspace_bytes = std::stoull(column.at(10)),
                                .deterministic = true,
                                .fastest_call_seconds = 1e-6 * std::stod(column.at(9))});
    auto& seconds = problem.seconds.emplace_back();
    std::istringstream times(column.at(11));
    for (std::string each; std::getline(times, each, ',');)
      seconds.push_back(1e-6 * std::stod(each));
  }
  return problems;
}

ReplayScore replay(const std::vector<Recorded>& problems, const RaceSettings& settings, int seeds) {
  ReplayScore score;
  std::vector<double> regrets, per_problem, excess;
  double judged = 0, clear = 0, wrong = 0;
  for (const Recorded& problem : problems) {
    double regret = 0, floor = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
      std::vector<std::size_t> rounds(problem.rounds());
      std::iota(rounds.begin(), rounds.end(), std::size_t{0});
      std::mt19937_64 random(static_cast<std::uint64_t>(seed));
      for (std::size_t i = rounds.size(); i > 1; --i)
        std::swap(rounds[i - 1], rounds[random() % i]);
      std::vector<std::size_t> half[2];
      for (std::size_t i = 0; i < rounds.size(); ++i) half[i % 2].push_back(rounds[i]);
      for (int swapped = 0; swapped < 2; ++swapped) {
        const Judged one = judge(problem, half[1 - swapped], half[swapped], settings, random());
        regrets.push_back(one.regret);
        regret += one.regret;
        floor += one.floor;
        score.calls += one.calls;
        clear += one.clear;
        wrong += one.clear && one.regret > settings.rule.tolerance;
        judged += 1;
      }
    }
    per_problem.push_back(regret / (2 * seeds));
    excess.push_back((regret - floor) / (2 * seeds));
    score.floor_mean += floor / (2 * seeds);
  }
  const auto count = static_cast<double>(problems.size());
  score.floor_mean /= count;
  score.calls /= judged;
  score.clear = clear / judged;
  score.clear_wrong = clear > 0 ? wrong / clear : 0;
  const double total = std::accumulate(per_problem.begin(), per_problem.end(), 0.0);
  score.regret_mean = total / count;
  score.regret_without_worst = (total - std::ranges::max(per_problem)) / (count - 1);
  std::ranges::sort(regrets);
  score.regret_p95 = regrets[regrets.size() * 95 / 100];
  score.over_five_percent = static_cast<double>(std::ranges::count_if(
                                regrets, [](double regret) { return regret > 0.05; })) /
                            static_cast<double>(regrets.size());
  score.excess_mean = std::accumulate(excess.begin(), excess.end(), 0.0) / count;
  double variance = 0;
  for (const double each : excess)
    variance += (each - score.excess_mean) * (each - score.excess_mean);
  const double half_width = 1.96 * std::sqrt(variance / count / std::max(1.0, count - 1));
  score.excess_low = score.excess_mean - half_width;
  score.excess_high = score.excess_mean + half_width;
  return score;
}

}  // namespace convtune
