#pragma once

#include <cstdint>

#include <convtune/problem.hpp>

namespace convtune::pointwise {

/// Whether every tap count is one.
bool is_pointwise(const ConvProblem& problem);

/// Whether an output pixel is not simply the input pixel of the same number: a stride or a border.
bool gathers(const ConvProblem& problem);

/// Output pixels of an image.
std::int64_t pixels_of(const ConvProblem& problem);

/// The same sums over inputs whose pixels lie as those of the output do, in one row.
ConvProblem in_a_row(const ConvProblem& problem);

}  // namespace convtune::pointwise
