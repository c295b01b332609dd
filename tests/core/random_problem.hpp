#pragma once

#include <cstdint>
#include <random>

#include <convtune/problem.hpp>

namespace convtune {

/// Bounds of the problems to draw.
struct ProblemRange {
  std::int64_t channels = 4;  ///< of a group
  std::int64_t extent = 9;
  bool any_type = true;  ///< otherwise f64 in plain layout
};

/// Draws valid problems of every direction, rank, padding and option.
ConvProblem random_problem(std::mt19937_64& random, const ProblemRange& range);

}  // namespace convtune
