#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include <convtune/problem.hpp>

namespace convtune::blas {

/// Half-open.
struct Range {
  std::int64_t first = 0, last = 0;
  std::int64_t size() const { return last - first; }
};

/// Block `index` of consecutive blocks of `step`.
inline Range block(std::int64_t index, std::int64_t step, std::int64_t total) {
  return {index * step, std::min((index + 1) * step, total)};
}

inline std::int64_t blocks(std::int64_t total, std::int64_t step) {
  return (total + step - 1) / step;
}

/// A problem as matrix products see it: three axes whatever the rank, sizes of one group.
struct Geometry {
  explicit Geometry(const ConvProblem& problem);

  std::array<Axis, 3> axis;  ///< depth, height, width
  std::array<std::int64_t, 3> out;
  std::int64_t images, groups, channels, filters;  ///< the last two of one group
  std::int64_t taps, inputs, positions;  ///< elements of a filter, an input, an output plane
  bool flip, unshared;

  /// The columns are the input itself: every position reads the one element under it.
  bool bare() const;
  /// Nothing is summed: the output is empty, zero, or what it was.
  bool empty() const { return images == 0 || channels == 0 || filters == 0; }
  std::int64_t depth() const { return channels * taps; }
  /// Elements of the filter tensor, or of its gradient.
  std::int64_t weights() const { return groups * filters * depth() * (unshared ? positions : 1); }
};

}  // namespace convtune::blas
