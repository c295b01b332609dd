#pragma once

#include <cmath>

#include <convtune/decision.hpp>
#include <convtune/statistics.hpp>

namespace convtune {

/// Below DecisionRule::min_rounds only this much tells two candidates apart: a factor in a single
/// round, or one in each of a few rounds.
inline constexpr double slower_in_one_round = 2.0, slower_in_every_round = 1.5;

/// Slower for sure, by ln(rival / other) of their common rounds and the smallest of them. The one
/// rule of the race and of every later decision; a rival is out when it is slower than anyone.
inline bool slower_for_sure(const PairedDifference& difference, double smallest_log_ratio,
                            const DecisionRule& rule) {
  if (difference.rounds <= 0) return false;
  if (difference.rounds >= rule.min_rounds)
    return difference.median - rule.z * difference.standard_error > 0;
  return smallest_log_ratio >
         std::log(difference.rounds == 1 ? slower_in_one_round : slower_in_every_round);
}

/// Not slower by more than the tolerance, for sure.
inline bool tied_for_sure(const PairedDifference& difference, const DecisionRule& rule) {
  return difference.rounds >= rule.min_rounds &&
         difference.median - rule.z * difference.standard_error <= 0 &&
         difference.median + rule.z * difference.standard_error < std::log1p(rule.tolerance);
}

}  // namespace convtune
