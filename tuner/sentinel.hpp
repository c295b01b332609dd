#pragma once

#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <convtune/measurement.hpp>
#include <tuner/clock.hpp>

namespace convtune {

/// Watches over the machine's speed while a race goes on: a fixed piece of work is timed every
/// couple of seconds. When it takes more than 5 % longer or shorter than the time before, something
/// happened in between, and the rounds that were timed in between are disturbed.
class Sentinel {
 public:
  static constexpr double every_seconds = 2, moved = 0.05;
  static constexpr int repeats = 5;  ///< the fastest counts: one interruption is no change of speed

  /// Without work nothing is ever disturbed.
  Sentinel(const Clock& clock, std::function<void()> work)
      : clock_(clock), work_(std::move(work)) {}

  /// Before each sample of `round`; times the work when it is due.
  void watch(int round);

  /// After the last sample.
  void finish();

  bool disturbed(int round) const { return disturbed_.contains(round); }

 private:
  void look();
  double reading() const;

  const Clock& clock_;
  std::function<void()> work_;
  std::optional<double> looked_;               ///< when
  double before_ = 0;                          ///< what it took then
  std::optional<std::pair<int, int>> rounds_;  ///< first and last with samples since then
  std::set<int> disturbed_;
};

/// Marks the samples of disturbed rounds; true if that changed any. The last rounds' disturbances
/// are known only when all is over.
bool mark(std::vector<std::vector<Sample>>& samples,
          const std::function<bool(int round)>& disturbed);

/// The usual work: a fraction of a millisecond of arithmetic on every thread, no memory to speak
/// of.
void sentinel_work();

}  // namespace convtune
