#pragma once

#include <convtune/measurement.hpp>

namespace convtune::db {

/// What every store asks of a run: times finite and not negative, environments of measurements
/// among the run's own (0: none), one row a candidate but for refusals. Throws Error(bad_input).
void require_valid(const Run& run);

}  // namespace convtune::db
