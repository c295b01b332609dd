#pragma once

#include <array>
#include <cstdint>

#include <convtune/problem.hpp>

namespace convtune::depthwise {

/// The problem with three axes, the unused ones first, and what follows from them.
struct Geometry {
  explicit Geometry(const ConvProblem& problem);

  std::array<Axis, 3> axes{};
  std::array<std::int64_t, 3> out{};  ///< of each axis
  std::int64_t channels = 0;          ///< of all images
  std::int64_t multiplier = 1;        ///< outputs of a channel
  std::int64_t in_plane = 0, out_plane = 0;
  std::int64_t taps = 0;
};

}  // namespace convtune::depthwise
