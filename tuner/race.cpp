#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <set>

#include <convtune/comparison.hpp>
#include <convtune/statistics.hpp>
#include <tuner/race.hpp>

#include "pairing.hpp"

namespace convtune {
namespace {

// However slow the leader of a demand is, it and its rivals meet this often; and the fastest is
// timed as often when it has no rival.
constexpr double fewest_rounds = 3;

double median_seconds(std::span<const Sample> samples) {
  std::vector<double> all, calm;
  for (const Sample& sample : samples) {
    all.push_back(sample.seconds);
    if (!sample.disturbed) calm.push_back(sample.seconds);
  }
  const bool enough = std::ssize(calm) >= DecisionRule{}.min_rounds;
  return median(enough ? calm : all);
}

bool mostly_disturbed(std::span<const Sample> samples) {
  const auto calm = std::ranges::count(samples, false, &Sample::disturbed);
  return calm < std::min<std::ptrdiff_t>(DecisionRule{}.min_rounds, std::ssize(samples));
}

// std::shuffle may differ between standard libraries; a stored seed must not.
template <typename T>
void shuffle(std::vector<T>& items, std::mt19937_64& random) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random() % i]);
}

class Race {
 public:
  Race(std::span<const Entrant> entrants, const RaceSettings& settings)
      : entrants_(entrants),
        settings_(settings),
        samples_(entrants.size()),
        dropped_(entrants.size()),
        out_(entrants.size(), false),
        random_(settings.seed) {}

  // Who is timed in the next round, in its order; empty when the race is over.
  std::vector<std::size_t> line_up() {
    const int limit = settings_.rigour == Rigour::one_run ? 1 : settings_.max_rounds;
    std::vector<std::size_t> order;
    if (round_ >= limit) return order;
    if (settings_.rigour == Rigour::exhaustive || round_ == 0)
      order = everyone();
    else
      order = needed();
    if (settings_.order == Order::random)
      shuffle(order, random_);
    else if (round_ % 2 == 1)
      std::ranges::reverse(order);
    return order;
  }

  int round() const { return round_; }

  void add(std::size_t index, double seconds) {
    samples_[index].push_back({.round = round_, .seconds = seconds});
  }

  // What it drove out comes back.
  void leave(std::size_t index) {
    out_[index] = true;
    samples_[index].clear();
    dropped_[index] = Drop{.by = {}, .after = round_};
    for (std::size_t i = 0; i < entrants_.size(); ++i)
      if (!out_[i] && dropped_[i] && dropped_[i]->by == entrants_[index].name) dropped_[i].reset();
  }

  void end_round() {
    ++round_;
    mark();
    medians_.assign(entrants_.size(), 0);
    for (const std::size_t i : everyone()) medians_[i] = median_seconds(samples_[i]);
    if (settings_.rigour != Rigour::exhaustive) drop_beaten();
  }

  RaceResult result(bool cut, bool interrupted) {
    mark();
    RaceResult result{.samples = std::move(samples_),
                      .dropped = std::move(dropped_),
                      .rounds = round_ + (cut || interrupted),
                      .interrupted = interrupted};
    result.confidence = confidence(result.samples, settings_.rule);
    // A word before the usual rounds is no word; none of those cut off was told apart for sure.
    const bool early = round_ < settings_.rule.min_rounds;
    if ((cut || interrupted) && result.confidence != Confidence::none &&
        (early || result.confidence == Confidence::unresolved))
      result.confidence = Confidence::budget;
    return result;
  }

 private:
  void mark() {
    if (!settings_.disturbed) return;
    for (std::vector<Sample>& each : samples_)
      for (Sample& sample : each) sample.disturbed = settings_.disturbed(sample.round);
  }

  std::vector<std::size_t> everyone() const {
    std::vector<std::size_t> all(entrants_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    std::erase_if(all, [&](std::size_t i) { return out_[i]; });
    return all;
  }

  std::vector<std::size_t> live() const {
    std::vector<std::size_t> all = everyone();
    std::erase_if(all, [&](std::size_t i) { return dropped_[i].has_value(); });
    return all;
  }

  RoundPairing compare(std::size_t rival, std::size_t other) const {
    RoundPairing pair = pairing(samples_[rival], samples_[other], settings_.rule);
    // Calmer rounds may come; whoever is far behind needs none.
    const bool wait = pair.disturbed && pair.difference.rounds < 2 * settings_.rule.min_rounds;
    if (wait && pair.difference.median < std::log(slower_in_few_rounds.front()))
      pair.slower = pair.tied = false;
    return pair;
  }

  // A lone sample may hold an interruption of the machine; a call before the race tells.
  bool was_faster(std::size_t rival, double leader_seconds) const {
    const double seconds = entrants_[rival].fastest_call_seconds;
    return seconds > 0 && seconds < slower_in_few_rounds.front() * leader_seconds;
  }

  void drop_beaten() {
    const std::vector<std::size_t> racing = live();
    for (const std::size_t rival : racing) {
      if (entrants_[rival].baseline) continue;
      for (const std::size_t other : racing) {
        if (medians_[other] >= medians_[rival] || !no_worse(entrants_[other], entrants_[rival]))
          continue;
        const RoundPairing pair = compare(rival, other);
        if (!pair.slower || (pair.difference.rounds == 1 && was_faster(rival, medians_[other])))
          continue;
        if (stalls(rival, other)) continue;
        dropped_[rival] = Drop{.by = entrants_[other].name,
                               .ratio = std::exp(pair.difference.median),
                               .over = pair.difference.rounds,
                               .after = round_};
        break;
      }
    }
  }

  // Its samples are far above what it once took, and that was faster than the leader: the machine
  // stood in its way. More rounds tell.
  bool stalls(std::size_t rival, std::size_t leader) const {
    constexpr double far_above = 2;
    const double once = entrants_[rival].fastest_call_seconds;
    return once > 0 && once < medians_[leader] && medians_[rival] > far_above * once;
  }

  // The loosest entrants that a question can admit: every workspace limit with or without
  // determinism, for every precision class.
  std::vector<Entrant> demands(std::span<const std::size_t> racing) const {
    std::set<std::size_t> limits;
    std::set<bool> deterministic;
    std::set<Precision> precisions;
    for (const std::size_t i : racing) {
      limits.insert(entrants_[i].workspace_bytes);
      deterministic.insert(entrants_[i].deterministic);
      precisions.insert(entrants_[i].precision);
    }
    std::vector<Entrant> all;
    for (const std::size_t limit : limits)
      for (const bool demanded : deterministic)
        for (const Precision loosest : precisions) {
          Entrant& demand = all.emplace_back();
          demand.workspace_bytes = limit;
          demand.deterministic = demanded;
          demand.precision = loosest;
        }
    return all;
  }

  double long_enough() const {
    return settings_.demand_seconds > 0 ? settings_.demand_seconds : INFINITY;
  }

  // Every distinct demand on workspace, determinism and precision has its own leader. Whoever is
  // neither tied with it nor slower for sure is timed again, and so is that leader.
  std::vector<std::size_t> needed() const {
    const std::vector<std::size_t> racing = live();
    if (racing.empty()) return {};
    double best = INFINITY;
    for (const std::size_t i : racing) best = std::min(best, medians_[i]);
    std::vector<bool> open(entrants_.size(), false);
    for (const Entrant& demand : demands(racing)) {
      std::vector<std::size_t> eligible = racing;
      std::erase_if(eligible, [&](std::size_t i) { return !no_worse(entrants_[i], demand); });
      if (eligible.empty()) continue;
      const std::size_t leader =
          *std::ranges::min_element(eligible, {}, [&](std::size_t i) { return medians_[i]; });
      // Each demand gets about the same time: a slow leader's is over after fewer rounds.
      if (round_ >= std::max(fewest_rounds, settings_.max_rounds * best / medians_[leader]))
        continue;
      if (round_ >= settings_.rule.min_rounds && round_ * medians_[leader] >= long_enough())
        continue;
      for (const std::size_t rival : eligible) {
        const RoundPairing pair = compare(rival, leader);
        const bool decided = (pair.slower && !stalls(rival, leader)) || pair.tied;
        if (rival != leader && !decided) open[rival] = open[leader] = true;
      }
    }
    // How fast the winner is, is told by more than one sample.
    if (round_ < fewest_rounds)
      open[*std::ranges::min_element(racing, {}, [&](std::size_t i) { return medians_[i]; })] =
          true;
    if (std::ranges::find(open, true) == open.end()) return {};
    std::vector<std::size_t> order;
    for (const std::size_t i : racing)
      if (open[i] || entrants_[i].baseline) order.push_back(i);
    return order;
  }

  std::span<const Entrant> entrants_;
  const RaceSettings& settings_;
  std::vector<std::vector<Sample>> samples_;
  std::vector<std::optional<Drop>> dropped_;
  std::vector<bool> out_;
  std::vector<double> medians_;
  std::mt19937_64 random_;
  int round_ = 0;
};

}  // namespace

bool no_worse(const Entrant& other, const Entrant& entrant) {
  return other.workspace_bytes <= entrant.workspace_bytes &&
         other.deterministic >= entrant.deterministic && other.precision <= entrant.precision;
}

Confidence confidence(std::span<const std::vector<Sample>> samples, const DecisionRule& rule) {
  std::vector<std::span<const Sample>> timed;
  for (const auto& each : samples)
    if (!each.empty()) timed.emplace_back(each);
  if (timed.empty()) return Confidence::none;
  // Slower than anyone is slower than the best: a rival dropped early met only some of the rest.
  // Not by disturbed rounds against which its own times speak, nor by those few before another was
  // dropped while it raced on. Times of who was dropped first are of other rounds.
  const auto slower = [&](std::span<const Sample> rival, std::span<const Sample> other) {
    const RoundPairing pair = pairing(rival, other, rule);
    const bool raced_on =
        pair.difference.rounds < rule.min_rounds && std::ssize(rival) >= rule.min_rounds;
    const bool weak = (raced_on || mostly_disturbed(rival)) && rival.size() >= other.size();
    return pair.slower && !(weak && median_seconds(rival) <= median_seconds(other));
  };
  std::vector<bool> out(timed.size(), false);
  std::size_t leader = timed.size();
  double least = INFINITY;
  for (std::size_t rival = 0; rival < timed.size(); ++rival) {
    for (std::size_t other = 0; other < timed.size() && !out[rival]; ++other)
      out[rival] = other != rival && slower(timed[rival], timed[other]);
    if (const double middle = median_seconds(timed[rival]); !out[rival] && middle < least) {
      least = middle;
      leader = rival;
    }
  }
  if (leader == timed.size()) return Confidence::unresolved;

  Confidence word = Confidence::clear;
  for (std::size_t rival = 0; rival < timed.size(); ++rival) {
    if (rival == leader || out[rival]) continue;
    if (!pairing(timed[rival], timed[leader], rule).tied) return Confidence::unresolved;
    word = Confidence::tie;
  }
  return word;
}

RaceResult race(std::span<const Entrant> entrants, const Sampler& sample,
                const RaceSettings& settings, const std::function<double()>& elapsed,
                const std::function<bool()>& stop) {
  Race race(entrants, settings);
  for (bool first = true;; first = false) {
    const std::vector<std::size_t> order = race.line_up();
    if (order.empty()) return race.result(false, false);
    for (const std::size_t index : order) {
      if (stop && stop()) return race.result(false, true);
      if (!(first && settings.whole_first_round) && settings.budget_seconds > 0 &&
          elapsed() >= settings.budget_seconds)
        return race.result(true, false);
      if (const auto seconds = sample(index, race.round()))
        race.add(index, *seconds);
      else
        race.leave(index);
    }
    race.end_round();
  }
}

}  // namespace convtune
