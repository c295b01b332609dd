#pragma once

#include <cstddef>
#include <cstdint>

#include <convtune/device.hpp>

#include "column_kernel.hpp"
#include "configuration.hpp"
#include "geometry.hpp"

namespace convtune::depthwise {

/// Elements of a vector of the device.
int lanes_of(const ConvProblem& problem, const Device& device);

/// Rows of outputs that Way::columns computes at once where it copies their inputs.
constexpr std::int64_t copied_rows = 8;

/// The workspace of a configuration, in elements of the tensors' type. Sizes are of one thread;
/// what would be absurdly large is said so by bytes(), in float64.
struct Blocking {
  Blocking(const ConvProblem& problem, const Configuration& configuration, const Device& device);

  double bytes() const { return total_bytes; }

  std::int64_t lanes = 1;
  double total_bytes = 0;
  std::int64_t thread_elements = 0;

  /// Way::columns: the kernel of the widest column, how many vectors a row of outputs takes, and
  /// how far ahead of a row they may reach; behind it, a vector. Rows that these would leave the
  /// tensor from are copied.
  ColumnShape shape;
  std::int64_t vectors = 0, lead = 0;

  /// Way::padded: of a row of the copy, and of each of its phases.
  std::int64_t phases = 1, phase_elements = 0;

  /// Way::channels: places of the padded plane, then vectors of taps, of sums and one of bias.
  std::int64_t padded_places = 0, tap_vectors = 0;
};

}  // namespace convtune::depthwise
