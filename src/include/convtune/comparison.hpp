#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include <convtune/decision.hpp>
#include <convtune/statistics.hpp>

namespace convtune {

/// Below DecisionRule::min_rounds only this much tells two candidates apart: the factor that every
/// one of 1, 2, 3, or more common rounds must exceed.
inline constexpr std::array<double, 4> slower_in_few_rounds = {2.0, 1.25, 1.15, 1.1};

/// Slower for sure, by ln(rival / other) of their common rounds and the smallest of them. The one
/// rule of the race and of every later decision; a rival is out when it is slower than anyone.
inline bool slower_for_sure(const PairedDifference& difference, double smallest_log_ratio,
                            const DecisionRule& rule) {
  if (difference.rounds <= 0) return false;
  if (difference.rounds >= rule.min_rounds)
    return difference.median - rule.z * difference.standard_error > 0;
  const auto few = static_cast<std::size_t>(difference.rounds) - 1;
  return smallest_log_ratio >
         std::log(slower_in_few_rounds[std::min(few, slower_in_few_rounds.size() - 1)]);
}

/// Not slower by more than the tolerance, for sure, nor faster by more in most rounds.
inline bool tied_for_sure(const PairedDifference& difference, const DecisionRule& rule) {
  const double margin = rule.z * difference.standard_error, tolerance = std::log1p(rule.tolerance);
  return difference.rounds >= rule.min_rounds && difference.median - margin <= 0 &&
         difference.median + margin < tolerance && difference.median > -tolerance;
}

}  // namespace convtune
