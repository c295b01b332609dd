// What the race is compared with.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <convtune/statistics.hpp>
#include <tuner/selection_rule.hpp>

namespace convtune {
namespace {

using Rounds = std::span<const std::size_t>;

constexpr std::size_t ten = 10;

// Takes samples of entries, round after round.
class Taker {
 public:
  Taker(const Recorded& recorded, Rounds rounds) : recorded_(recorded), rounds_(rounds) {
    selection_.samples.resize(recorded.entries.size());
  }

  void take(std::size_t entry, std::size_t count) {
    std::vector<Sample>& samples = selection_.samples[entry];
    for (; count > 0 && samples.size() < rounds_.size(); --count) {
      const std::size_t round = samples.size();
      samples.push_back({.round = static_cast<int>(round),
                         .seconds = recorded_.entries[entry].seconds[rounds_[round]]});
    }
  }

  double middle(std::size_t entry) const { return median(seconds(entry)); }
  double least(std::size_t entry) const { return std::ranges::min(seconds(entry)); }

  Selection choose(std::size_t entry) {
    selection_.chosen = entry;
    return std::move(selection_);
  }

 private:
  std::vector<double> seconds(std::size_t entry) const {
    std::vector<double> result;
    for (const Sample& sample : selection_.samples[entry]) result.push_back(sample.seconds);
    return result;
  }

  const Recorded& recorded_;
  Rounds rounds_;
  Selection selection_;
};

std::vector<std::size_t> everyone(const Recorded& recorded) {
  std::vector<std::size_t> all(recorded.entries.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

Selection least_of(const Recorded& recorded, Rounds rounds, std::size_t count,
                   double (Taker::*measure)(std::size_t) const) {
  Taker taker(recorded, rounds);
  const auto all = everyone(recorded);
  for (const std::size_t entry : all) taker.take(entry, count);
  return taker.choose(*std::ranges::min_element(
      all, {}, [&](std::size_t entry) { return (taker.*measure)(entry); }));
}

Selection by_library(const Recorded& recorded, Rounds rounds, std::uint64_t /*seed*/) {
  return Taker(recorded, rounds).choose(recorded.library_choice);
}

Selection by_one_run(const Recorded& recorded, Rounds rounds, std::uint64_t /*seed*/) {
  return least_of(recorded, rounds, 1, &Taker::middle);
}

Selection by_median(const Recorded& recorded, Rounds rounds, std::uint64_t /*seed*/) {
  return least_of(recorded, rounds, ten, &Taker::middle);
}

Selection by_minimum(const Recorded& recorded, Rounds rounds, std::uint64_t /*seed*/) {
  return least_of(recorded, rounds, ten, &Taker::least);
}

Selection by_all_samples(const Recorded& recorded, Rounds rounds, std::uint64_t /*seed*/) {
  return least_of(recorded, rounds, rounds.size(), &Taker::middle);
}

Selection by_halving(const Recorded& recorded, Rounds rounds, std::uint64_t /*seed*/) {
  Taker taker(recorded, rounds);
  std::vector<std::size_t> left = everyone(recorded);
  for (const std::size_t count : {std::size_t{2}, std::size_t{4}, std::size_t{8}}) {
    for (const std::size_t entry : left) taker.take(entry, count);
    std::ranges::stable_sort(left, {}, [&](std::size_t entry) { return taker.middle(entry); });
    if (count < 8) left.resize((left.size() + 1) / 2);
  }
  return taker.choose(left.front());
}

Selection by_plain_race(const Recorded& recorded, Rounds rounds, std::uint64_t /*seed*/) {
  return plainly_raced(recorded, rounds);
}

Selection by_race(const Recorded& recorded, Rounds rounds, std::uint64_t seed) {
  RaceSettings settings;
  settings.seed = seed;
  return raced(recorded, rounds, settings);
}

constexpr std::array rules = {
    SelectionRule{"library", "the library's own choice, nothing timed", by_library},
    SelectionRule{"one_run", "the fastest of one sample each", by_one_run},
    SelectionRule{"median_10", "the smallest median of ten samples each", by_median},
    SelectionRule{"minimum_10", "the smallest of ten samples each", by_minimum},
    SelectionRule{"halving_2_4_8", "2, 4, 8 samples, the faster half goes on", by_halving},
    SelectionRule{"plain_race", "everybody in every round until slower for sure", by_plain_race},
    SelectionRule{default_rule, "the race that tune runs", by_race},
    SelectionRule{all_samples_rule, "the smallest median of all samples", by_all_samples}};

}  // namespace

std::span<const SelectionRule> selection_rules() {
  return rules;
}

std::vector<Entrant> entrants_of(const Recorded& recorded) {
  std::vector<Entrant> entrants;
  for (const Recorded::Entry& each : recorded.entries)
    entrants.push_back({.name = each.candidate,
                        .workspace_bytes = each.workspace_bytes,
                        .deterministic = each.deterministic,
                        .precision = each.precision,
                        .fastest_call_seconds = each.first_call_seconds});
  return entrants;
}

Selection raced(const Recorded& recorded, Rounds rounds, const RaceSettings& wanted) {
  RaceSettings settings = wanted;
  settings.max_rounds = std::min(settings.max_rounds, static_cast<int>(rounds.size()));
  double spent = 0;
  RaceResult result = race(
      entrants_of(recorded),
      [&](std::size_t index, int round) {
        const double seconds =
            recorded.entries[index].seconds[rounds[static_cast<std::size_t>(round)]];
        spent += seconds;
        return seconds;
      },
      settings, [&] { return spent; });
  // The leader: smallest median, as long as it took part to the end.
  Selection selection{.samples = std::move(result.samples), .word = result.confidence};
  double least = INFINITY;
  for (std::size_t i = 0; i < selection.samples.size(); ++i) {
    if (selection.samples[i].empty() || result.dropped[i]) continue;
    std::vector<double> seconds;
    for (const Sample& sample : selection.samples[i]) seconds.push_back(sample.seconds);
    if (const double middle = median(seconds); middle < least) {
      least = middle;
      selection.chosen = i;
    }
  }
  return selection;
}

}  // namespace convtune
