#pragma once

#include <span>

#include <tuner/race.hpp>

namespace convtune {

/// Seconds a call beyond which `own` is not worth a race beside `others`, which passed their
/// checks; infinity where there are none.
double slowest_worth_racing(const Entrant& own, std::span<const Entrant> others);

}  // namespace convtune
