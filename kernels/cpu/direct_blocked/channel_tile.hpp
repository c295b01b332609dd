#pragma once

#include <cstdint>

#include <convtune/device.hpp>

namespace convtune::direct_blocked {

/// Sums of a few neighbouring pixels, of one row or of the same columns of several, with output
/// channels as lanes:
///
///   sums[row][pixel][channel] =
///       sum over p of weights[p][channel] inputs[offset of p + row row_step + pixel distance]
template <class T>
struct ChannelTile {
  const T* inputs = nullptr;
  std::int64_t row_step = 0;
  const std::int64_t* offsets = nullptr;  ///< of `chunk` products; then again, chunk_step further
  std::int64_t chunk = 0, chunk_step = 0;
  std::int64_t products = 0;
  const T* weights = nullptr;  ///< vectors of channels for each product
  T* sums = nullptr;           ///< vectors of channels for each pixel, aligned to a vector
  std::int64_t sums_row_step = 0;
  bool add = false;  ///< to what the sums hold
};

template <class T>
using RunChannelTile = void (*)(const ChannelTile<T>&);

/// Pixels (of each row), rows and vectors of channels that are summed in registers at once, and
/// elements from one pixel to the next, 1 or 2.
struct ChannelTileSize {
  int pixels = 1, rows = 1, vectors = 1, distance = 1;
};

inline constexpr int most_tile_rows = 4, most_channel_vectors = 3, most_pixel_distance = 2;

/// The most pixels, of all rows, whose sums fit into registers with so many vectors.
int most_tile_pixels(Isa isa, int vectors);

/// Throws std::out_of_range for a size that does not fit.
template <class T>
RunChannelTile<T> channel_tile(Isa isa, const ChannelTileSize& size);

}  // namespace convtune::direct_blocked
