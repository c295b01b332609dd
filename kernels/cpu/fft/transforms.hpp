#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <convtune/device.hpp>

#include "../shared/strip.hpp"

namespace convtune::fft {

/// A row of tiles of one image, of as many channels as a vector has lanes, from nchw to spectra:
/// V[point][group of tiles][vector of channels][tile][real, imaginary][channel].
///
/// A stride splits an image into parts, of pixels a stride apart, and a filter into one for each
/// part: these are correlated at stride 1 and summed, so that they are channels of their own, all
/// channels of the first part ahead of those of the next. So are planes along a third axis, one for
/// each of the filter's taps there.
template <class T>
struct InputCall {
  const T* source = nullptr;  ///< the first channel and plane of the image and group
  const T* end = nullptr;     ///< of the whole tensor
  std::int64_t channel_step = 0, plane_step = 0, row_step = 0;
  std::int64_t source_channels = 0;  ///< of the group, each as many times as there are parts
  std::array<int, 2> parts = {1, 1};
  cpu::Walk depth = {};                   ///< to the plane of each tap
  bool gathered = false;                  ///< the channels are not of one part of one plane
  std::int64_t first_channel = 0;         ///< of these
  int channels = 0;                       ///< that there are, at most a vector's lanes
  std::array<cpu::Walk, 2> walks = {};    ///< of the first part; others begin a pixel later each
  std::int64_t tiles = 0, tile_step = 0;  ///< their number; pixels from one to the next
  T* strip = nullptr;                     ///< strip_elements() of scratch memory
  /// Rows of the image that the call before left in `strip`, of the row of tiles above this one:
  /// how many of those, and at which of its places the first of this call lies.
  int kept_rows = 0, first_place = 0;
  T* points = nullptr;  ///< of the block's first tile and of these channels
  std::int64_t point_step = 0, group_step = 0;
  std::int64_t first_tile = 0, group_tiles = 1;  ///< in the block; in a group
};

/// A row of tiles of as many output channels, from spectra D[point][tile][real, imaginary][channel]
/// to nchw.
template <class T>
struct OutputCall {
  const T* sums = nullptr;  ///< of the first tile and of these channels
  std::int64_t point_step = 0, tile_step = 0;
  std::int64_t tiles = 0;
  std::array<int, 2> outputs = {1, 1};  ///< of a tile
  T* rows = nullptr;                    ///< rows_elements() of scratch memory
  T* destination = nullptr;
  std::int64_t channel_step = 0;
  int channels = 0;
  std::int64_t row_step = 0;
  std::array<cpu::Walk, 2> walks = {};
  const T* bias = nullptr;  ///< of these channels; nullptr: none
  bool accumulate = false, relu = false;
};

/// Filters of as many output channels for one input channel, to U[point][channel][real,
/// imaginary][output channel].
template <class T>
struct FilterCall {
  const T* filter = nullptr;     ///< of the first output channel
  std::int64_t output_step = 0;  ///< elements from one output channel to the next
  int outputs = 0;
  std::array<int, 2> taps = {1, 1};
  std::array<int, 2> first_tap = {0, 0}, strides = {1, 1};  ///< taps that are of this part
  bool flip = false;
  T* points = nullptr;
  std::int64_t point_step = 0;
};

/// The transforms of one size of tiles for one instruction set.
template <class T>
struct Transforms {
  void (*input)(const InputCall<T>&) = nullptr;
  void (*output)(const OutputCall<T>&) = nullptr;
  void (*filter)(const FilterCall<T>&) = nullptr;
};

/// Sizes of tiles, in pixels along either axis, in ascending order.
const std::vector<int>& tile_sizes();

/// Throws std::out_of_range for a size that there is not.
template <class T>
const Transforms<T>& transforms(int size, Isa isa);

/// Complex numbers that tell the spectrum of a tile of real numbers.
constexpr int points_of(int size) {
  return (size / 2 - 1) * size + 2 * (size / 2 + 1);
}

/// Elements of scratch memory for a row of so many tiles.
std::int64_t strip_elements(int size, std::int64_t tiles, std::int64_t tile_step, int lanes);
std::int64_t rows_elements(int size, std::array<int, 2> outputs, std::int64_t tiles, int lanes);

}  // namespace convtune::fft
