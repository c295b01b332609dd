#pragma once

#include <set>
#include <vector>

#include <tuner/workplace.hpp>

#include "sentinel.hpp"

namespace convtune {

/// Tells during a race which rounds are not comparable with others: those in which the machine's
/// speed moved (Sentinel), and those in which a device's processors were far below their usual
/// clock.
class PaceWatch {
 public:
  /// `sentinel` may be empty: then nobody watches but the device itself.
  PaceWatch(const Clock& clock, std::function<void()> sentinel, std::size_t lanes)
      : sentinel_(clock, std::move(sentinel)), megahertz_(lanes) {}

  /// Before a sample of `round`, and after one.
  void before(int round) { sentinel_.watch(round); }
  void after(int round, std::size_t lane, const Trial::Pace& pace);
  /// After the last sample.
  void finish() { sentinel_.finish(); }

  bool disturbed(int round) const { return sentinel_.disturbed(round) || slowed_.contains(round); }

  /// Median of a lane's samples; 0: not known.
  double megahertz(std::size_t lane) const;

 private:
  Sentinel sentinel_;
  std::set<int> slowed_;
  std::vector<std::vector<double>> megahertz_;
};

}  // namespace convtune
