#pragma once

#include <span>

#include <convtune/decision.hpp>
#include <convtune/measurement.hpp>
#include <convtune/statistics.hpp>

namespace convtune {

/// How a rival compares with another entrant, by the rounds that both were timed in.
struct RoundPairing {
  PairedDifference difference;  ///< of ln(rival / other); rounds 0: never timed together
  bool slower = false;          ///< for sure
  bool tied = false;            ///< within the tolerance, or faster, for sure
  bool disturbed = false;       ///< by some disturbed rounds: there are too few others
};

/// Both ascending by round. Disturbed rounds are left out where `rule.min_rounds` others are left.
RoundPairing pairing(std::span<const Sample> rival, std::span<const Sample> other,
                     const DecisionRule& rule);

}  // namespace convtune
