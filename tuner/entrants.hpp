#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <convtune/measurement.hpp>
#include <tuner/race.hpp>
#include <tuner/workplace.hpp>

namespace convtune {

/// Indices of `contenders`, the baseline first and then by what is predicted: whoever is likely
/// fast tells soon what the others are measured against.
std::vector<std::size_t> in_order_of_hope(std::span<const Contender> contenders);

/// What the race has to know of a candidate that passed its checks.
Entrant entrant_of(const Candidate& candidate, const Measurement& checked,
                   double fastest_call_seconds);

}  // namespace convtune
