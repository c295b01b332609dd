#pragma once

#include <cstdint>
#include <string>

#include <convtune/measurement.hpp>

namespace convtune {

/// A problem of its own for each number.
ConvProblem problem_number(int number);

/// A run with everything that a run can hold, the same for the same seed.
Run random_run(const ConvProblem& problem, std::uint64_t seed);

/// A run with one candidate for each of `seconds`, five equal samples each.
Run plain_run(const ConvProblem& problem, const std::vector<double>& seconds);

/// Every field, exactly; the id left out, which the store gives. Equal texts are equal values.
std::string describe(const Run& run);
std::string describe(const Environment& environment);
std::string describe(const Machine& machine);

}  // namespace convtune
