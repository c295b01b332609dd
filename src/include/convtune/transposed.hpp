#pragma once

#include <cstdint>

#include <convtune/problem.hpp>

namespace convtune {

/// One spatial axis of a transposed convolution as frameworks describe it: `in` is what it reads,
/// and its output is larger by the stride.
struct TransposedAxis {
  std::int64_t in = 1, filter = 1, pad_left = 0, pad_right = 0, stride = 1, dilation = 1;
  std::int64_t output_padding = 0;  ///< added to the output at its end, where nothing is written
};

/// The same axis of the convolution whose gradient with respect to the data it is: what the
/// transposed one writes is what that one reads. Throws InvalidProblem where nothing is written.
Axis forward_axis(const TransposedAxis& axis);

}  // namespace convtune
