#pragma once

#include <cstdint>
#include <span>

namespace convtune {

/// What is known of a problem before it is tuned.
struct ExpectedWork {
  double multiply_accumulates = 0;
  int candidates = 0;
  std::int64_t repeats = 1;  ///< how often the problem occurs
};

/// About how long checking and racing takes, on no machine in particular. Good for proportions.
double expected_seconds(const ExpectedWork& work);

/// How many of `remaining_seconds` the first of the problems that are left may take: in proportion
/// to its expected time, and more of it the more often it occurs. What a problem leaves over goes
/// to those after it, when it is asked again. 0 without problems.
double budget_share(double remaining_seconds, std::span<const ExpectedWork> left);

}  // namespace convtune
