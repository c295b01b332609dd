#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <convtune/problem.hpp>

namespace convtune::direct {

using Extents = std::array<std::int64_t, 3>;  ///< d h w; those that a problem lacks come first as 1

/// Which positions of a tensor a plane shows: along each axis, v shows x = first + v * step; where
/// there is no x, zero.
struct Window {
  Extents first{}, step{1, 1, 1};
};

/// One tap of the filter: where in the planes of a channel it reads for position 0, and which one
/// of the filter it is.
struct Tap {
  std::int64_t offset = 0, filter = 0;
};

/// Output positions that are computed by the same taps.
struct Pass {
  std::vector<Tap> taps;
  Window window;  ///< where in the output tensor they lie
};

/// A convolution of whatever rank, stride, dilation, padding and direction as sums of shifted
/// planes. What is read is copied once into planes with the padding written out and, under strides,
/// one plane for each remainder of the stride: then every tap reads all output positions of a plane
/// in a row, from one offset on, and positions in different rows are not told apart. A plane is
/// wider than the outputs; what is computed between them is thrown away.
///
/// Forward and gradient of the weights: planes of the source, one pass. Gradient of the data:
/// planes of the destination's gradient, a pass for each remainder of the stride.
struct Geometry {
  explicit Geometry(const ConvProblem& problem);

  std::int64_t images, groups, inputs, outputs;  ///< channels of a group that are read and written
  Extents read{}, written{};                     ///< of the two tensors with planes
  Extents extent{};                              ///< of a plane
  Extents grid{};                                ///< outputs of a pass, of which a window may crop
  std::vector<Window> windows;                   ///< the planes of a channel that is read
  std::vector<Pass> passes;
  std::int64_t plane = 0;      ///< elements from one plane to the next
  std::int64_t positions = 0;  ///< from a plane's first output to its last
  bool flip = false;

  std::int64_t pitch(int axis) const;  ///< elements of a plane from one x to the next
  std::int64_t channel() const { return plane * static_cast<std::int64_t>(windows.size()); }
};

/// Elements of the planes that one image takes; a double, since padding can be absurd.
double plane_elements(const ConvProblem& problem);

/// How many steps listing the taps takes, for the same reason: a gradient of the weights as
/// somebody else's forward has filters as large as images.
double listing_steps(const ConvProblem& problem);

/// Extents of a tensor of the problem, right-aligned.
Extents spatial(const ConvProblem& problem, Role role);

}  // namespace convtune::direct
