#include <algorithm>
#include <cmath>
#include <numeric>

#include <convtune/statistics.hpp>
#include <tuner/selection_rule.hpp>

namespace convtune {
namespace {

constexpr double z = 2.5, tolerance = 0.02;
constexpr std::size_t min_rounds = 5, max_rounds = 30;
constexpr double slower_at_once = 2, slower_every_round = 1.5;

class PlainRace {
 public:
  PlainRace(const Recorded& recorded, std::span<const std::size_t> rounds)
      : recorded_(recorded),
        rounds_(rounds.first(std::min(rounds.size(), max_rounds))),
        entrants_(entrants_of(recorded)),
        live_(recorded.entries.size()) {
    std::iota(live_.begin(), live_.end(), std::size_t{0});
    selection_.samples.resize(recorded.entries.size());
    selection_.word = Confidence::unresolved;
  }

  Selection run() {
    for (std::size_t round = 0; round < rounds_.size(); ++round) {
      for (const std::size_t i : live_)
        selection_.samples[i].push_back({.round = static_cast<int>(round),
                                         .seconds = recorded_.entries[i].seconds[rounds_[round]]});
      const bool over = round + 1 < min_rounds ? drop_far_behind(round) : decided();
      if (over) break;
    }
    selection_.chosen = leader();
    return std::move(selection_);
  }

 private:
  double seconds(std::size_t entrant, std::size_t round) const {
    return selection_.samples[entrant][round].seconds;
  }

  // The smallest ratio of two over all rounds so far.
  double least_ratio(std::size_t rival, std::size_t other) const {
    double least = INFINITY;
    for (std::size_t round = 0; round < selection_.samples[rival].size(); ++round)
      least = std::min(least, seconds(rival, round) / seconds(other, round));
    return least;
  }

  bool drop_far_behind(std::size_t round) {
    const double factor = round == 0 ? slower_at_once : slower_every_round;
    const std::vector<std::size_t> before = live_;
    std::erase_if(live_, [&](std::size_t rival) {
      return std::ranges::any_of(before, [&](std::size_t other) {
        return other != rival && no_worse(entrants_[other], entrants_[rival]) &&
               least_ratio(rival, other) > factor;
      });
    });
    if (live_.size() > 1) return false;
    selection_.word = Confidence::clear;
    return true;
  }

  std::size_t leader() const {
    return *std::ranges::min_element(live_, {}, [&](std::size_t i) {
      std::vector<double> values;
      for (const Sample& sample : selection_.samples[i]) values.push_back(sample.seconds);
      return median(values);
    });
  }

  // Slower ones drop out, unless they are better in something else; then they are decided too.
  bool decided() {
    const std::size_t first = leader();
    bool open = false, tied = false;
    std::erase_if(live_, [&](std::size_t rival) {
      if (rival == first) return false;
      std::vector<double> logs;
      for (std::size_t round = 0; round < selection_.samples[first].size(); ++round)
        logs.push_back(std::log(seconds(rival, round) / seconds(first, round)));
      const PairedDifference found = paired_difference(logs);
      if (found.median - z * found.standard_error > 0)
        return no_worse(entrants_[first], entrants_[rival]);
      const bool ties = found.median + z * found.standard_error < std::log1p(tolerance);
      tied = tied || ties;
      open = open || !ties;
      return false;
    });
    selection_.word = open ? Confidence::unresolved : tied ? Confidence::tie : Confidence::clear;
    return !open;
  }

  const Recorded& recorded_;
  std::span<const std::size_t> rounds_;
  std::vector<Entrant> entrants_;
  std::vector<std::size_t> live_;
  Selection selection_;
};

}  // namespace

Selection plainly_raced(const Recorded& recorded, std::span<const std::size_t> rounds) {
  return PlainRace(recorded, rounds).run();
}

}  // namespace convtune
