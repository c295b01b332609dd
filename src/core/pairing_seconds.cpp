// One scale for times of different rounds and runs: ln(seconds) is what the candidate takes plus
// what the round adds (Tukey's median polish of a two-way table, with holes).
#include <algorithm>
#include <cmath>
#include <limits>

#include "calm.hpp"
#include "pairing.hpp"

namespace convtune {
namespace {

struct Weighted {
  double value = 0, weight = 0;
};

double weighted_median(std::vector<Weighted> values) {
  std::ranges::sort(values, {}, &Weighted::value);
  double total = 0, below = 0;
  for (const Weighted& each : values) total += each.weight;
  for (std::size_t i = 0; i < values.size(); ++i) {
    below += values[i].weight;
    if (below * 2 == total && i + 1 < values.size())
      return (values[i].value + values[i + 1].value) / 2;
    if (below * 2 > total) return values[i].value;
  }
  return values.empty() ? 0 : values.back().value;
}

/// One time: of which subject, in which round of all runs.
struct Entry {
  std::size_t subject = 0, round = 0;
  double log_seconds = 0;
};

class Polish {
 public:
  Polish(std::vector<Entry> entries, std::size_t subjects, std::size_t rounds)
      : entries_(std::move(entries)),
        levels_(subjects, unknown),
        effects_(rounds, unknown),
        counts_(subjects, 0) {
    for (const Entry& each : entries_) ++counts_[each.subject];
  }

  /// Starts from the level of one subject; whoever shares a round with somebody known, is known.
  void run(std::size_t subject, double level) {
    constexpr int sweeps = 20;
    levels_[subject] = level;
    for (std::size_t known = 0, before = 1; known != before;) {
      before = known;
      sweep();
      known = static_cast<std::size_t>(
          std::ranges::count_if(levels_, [](double each) { return !std::isnan(each); }));
    }
    for (int i = 0; i < sweeps; ++i) sweep();
  }

  double level(std::size_t subject) const { return levels_[subject]; }

 private:
  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

  void sweep() {
    // Who was timed once fits into any round and says nothing about it, if there is anybody else.
    refit(effects_, levels_, &Entry::round, &Entry::subject, [this](const Entry& each) {
      return counts_[each.subject] > 1 ? static_cast<double>(counts_[each.subject] - 1) : 1e-3;
    });
    refit(levels_, effects_, &Entry::subject, &Entry::round, [](const Entry&) { return 1.0; });
  }

  void refit(std::vector<double>& fitted, const std::vector<double>& given,
             std::size_t Entry::* own, std::size_t Entry::* other, const auto& weight) {
    std::vector<std::vector<Weighted>> left(fitted.size());
    for (const Entry& each : entries_)
      if (!std::isnan(given[each.*other]))
        left[each.*own].push_back({each.log_seconds - given[each.*other], weight(each)});
    for (std::size_t i = 0; i < fitted.size(); ++i)
      if (!left[i].empty()) fitted[i] = weighted_median(std::move(left[i]));
  }

  std::vector<Entry> entries_;
  std::vector<double> levels_, effects_;
  std::vector<int> counts_;
};

}  // namespace

std::vector<double> Pairing::seconds() const {
  const auto& first = rounds_.front();
  // The yardstick: whoever took part longest, the fastest of them.
  std::size_t yardstick = 0;
  std::vector<double> medians(subjects_.size());
  for (std::size_t i = 0; i < subjects_.size(); ++i) {
    if (first[i].empty()) continue;
    CalmValues logs;
    for (const auto& [round, timed] : first[i]) logs.add(timed.log_seconds, timed.disturbed);
    medians[i] = median(logs.values());
    const std::size_t most = first[yardstick].size();
    if (first[i].size() > most || (first[i].size() == most && medians[i] < medians[yardstick]))
      yardstick = i;
  }

  std::vector<Entry> entries;
  std::map<std::pair<std::size_t, int>, std::size_t> numbers;  // of rounds, by run and round
  for (std::size_t run = 0; run < rounds_.size(); ++run)
    for (std::size_t subject = 0; subject < subjects_.size(); ++subject)
      for (const auto& [round, timed] : rounds_[run][subject]) {
        const auto number = numbers.emplace(std::pair(run, round), numbers.size()).first->second;
        entries.push_back({subject, number, timed.log_seconds});
      }
  Polish polish(std::move(entries), subjects_.size(), numbers.size());
  polish.run(yardstick, medians[yardstick]);
  const double scale = medians[yardstick] - polish.level(yardstick);

  std::vector<double> seconds(subjects_.size());
  for (std::size_t i = 0; i < subjects_.size(); ++i)
    if (first[i].size() == first[yardstick].size())
      seconds[i] = std::exp(medians[i]);
    else if (const double level = polish.level(i); !std::isnan(level))
      seconds[i] = std::exp(level + scale);
  return seconds;
}

}  // namespace convtune
