#pragma once

#include <cstdint>

#include "simt.hpp"

namespace convtune {
class ConvProblem;
}

namespace convtune::cuda {

/// One spatial axis as kernels read it.
struct Extent {
  std::int64_t in = 1, filter = 1, out = 1, pad = 0, stride = 1, dilation = 1;

  /// The input that output `o` reads through tap `t`; may lie on padding.
  CONVTUNE_DEVICE std::int64_t input(std::int64_t o, std::int64_t t) const {
    return o * stride + t * dilation - pad;
  }
  /// The one output that reads input `i` through tap `t`; -1 if there is none.
  CONVTUNE_DEVICE std::int64_t output(std::int64_t i, std::int64_t t) const {
    const std::int64_t steps = i + pad - t * dilation;
    if (steps < 0 || steps % stride != 0 || steps / stride >= out) return -1;
    return steps / stride;
  }
  CONVTUNE_DEVICE bool holds(std::int64_t i) const { return i >= 0 && i < in; }
};

/// A problem as kernels and matrix products see it: three axes whatever the rank.
struct Sizes {
  Extent depth, height, width;
  std::int64_t images = 0, groups = 1;
  std::int64_t channels = 0, filters = 0;            ///< of one group
  std::int64_t taps = 1, inputs = 1, positions = 1;  ///< of a filter, an input, an output plane
  bool flip = false, unshared = false;

  /// The tap that is stored at an index along an axis, and where a tap is stored.
  CONVTUNE_DEVICE std::int64_t tap(const Extent& axis, std::int64_t index) const {
    return flip ? axis.filter - 1 - index : index;
  }
};

Sizes sizes_of(const ConvProblem& problem);

}  // namespace convtune::cuda
