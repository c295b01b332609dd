#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <convtune/device.hpp>
#include <convtune/types.hpp>

#include "../shared/strip.hpp"

namespace convtune::winograd {

using cpu::Walk;

/// A row of tiles of one image, of as many channels as a vector has lanes, from nchw to points:
/// V[point][group of tiles][vector of channels][tile][channel].
template <class T>
struct InputCall {
  const T* source = nullptr;  ///< the first of the channels
  const T* end = nullptr;     ///< of the whole tensor
  std::int64_t channel_step = 0;
  int channels = 0;                            ///< that there are, at most a vector's lanes
  std::array<std::int64_t, 2> row_steps = {};  ///< elements to the next depth, row
  std::array<Walk, 3> walks = {};
  std::int64_t tiles = 0;
  T* strip = nullptr;  ///< strip_elements() of scratch memory
  /// Rows of the image that the call before left in `strip`, of the row of tiles above this one:
  /// how many of those along the height, and at which of its places the first of this call lies.
  int kept_rows = 0, first_place = 0;
  T* points = nullptr;  ///< of the block's first tile and of these channels
  std::int64_t point_step = 0, group_step = 0;
  std::int64_t first_tile = 0, group_tiles = 1;  ///< in the block; in a group
};

/// A row of tiles of as many output channels, from sums D[point][tile][channel] to nchw.
template <class T>
struct OutputCall {
  const T* sums = nullptr;  ///< of the first tile and of these channels
  std::int64_t point_step = 0, tile_step = 0;
  std::int64_t tiles = 0;
  T* rows = nullptr;  ///< rows_elements() of scratch memory
  T* destination = nullptr;
  std::int64_t channel_step = 0;
  int channels = 0;
  std::array<std::int64_t, 2> row_steps = {};
  std::array<Walk, 3> walks = {};
  const T* bias = nullptr;  ///< of these channels; nullptr: none
  bool accumulate = false, relu = false;
};

/// Filters of as many output channels for one input channel, to U[point][channel][output channel].
template <class T>
struct FilterCall {
  const T* filter = nullptr;     ///< of the first output channel
  std::int64_t output_step = 0;  ///< elements from one output channel to the next
  int outputs = 0;
  bool flip = false;
  T* points = nullptr;
  std::int64_t point_step = 0;
};

/// Taps and strides along depth, height and width, and how many outputs a tile has along those with
/// more than one tap; where that is all three, at most two along the depth.
struct Shape {
  std::array<int, 3> taps = {1, 1, 1};
  int outputs = 2;
  std::array<int, 3> strides = {1, 1, 1};
  auto operator<=>(const Shape&) const = default;

  std::array<int, 3> tile() const;    ///< outputs along each axis
  std::array<int, 3> step() const;    ///< inputs from one tile to the next
  std::array<int, 3> extent() const;  ///< points along each axis, as many as inputs
  int points() const;
};

/// The transforms of one shape for one instruction set.
template <class T>
struct Transforms {
  void (*input)(const InputCall<T>&) = nullptr;
  void (*output)(const OutputCall<T>&) = nullptr;
  void (*filter)(const FilterCall<T>&) = nullptr;
};

/// Tile sizes that there are for filters of so many taps, in ascending order; empty: none.
std::vector<int> tile_outputs(const std::array<int, 3>& taps, const std::array<int, 3>& strides,
                              DataType type);

/// Throws std::out_of_range for a shape that there is not.
template <class T>
const Transforms<T>& transforms(const Shape& shape, Isa isa);

/// How much larger than those of plain sums the errors of a shape are; see Axis::growth_squared.
double growth(const Shape& shape);

/// Elements of scratch memory for a row of so many tiles.
std::int64_t strip_elements(const Shape& shape, std::int64_t tiles, int lanes);
std::int64_t rows_elements(const Shape& shape, std::int64_t tiles, int lanes);

}  // namespace convtune::winograd
