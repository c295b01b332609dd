#pragma once

#include <cstdint>

#include <convtune/device.hpp>

namespace convtune::cpu {

/// Sums of a few output channels at neighbouring pixels, which are the lanes:
///
///   out[row][pixel] = sum over p of weights[p][row] pixels[p step + pixel]
template <class T>
struct PixelTile {
  const T* pixels = nullptr;
  std::int64_t step = 0;       ///< elements from one product's pixels to the next one's
  const T* weights = nullptr;  ///< as many for each product as the tile has rows
  std::int64_t products = 0;
  /// Where the last vector begins, after `vectors - 1` whole ones or overlapping them: of it, the
  /// lanes from `skip` on are new.
  std::int64_t last = 0;
  int skip = 0;
  T* out = nullptr;
  std::int64_t row_step = 0;
  int rows = 0;             ///< that there are, at most the tile's
  const T* bias = nullptr;  ///< one a row; nullptr: none
  bool accumulate = false, relu = false;
};

template <class T>
using RunPixelTile = void (*)(const PixelTile<T>&);

/// The kernel of so many rows (4, 6 or 8) and vectors (1 to 4). Throws std::out_of_range for
/// others.
template <class T>
RunPixelTile<T> pixel_tile(Isa isa, int rows, int vectors);

/// The most vectors that fit into registers with so many rows.
int most_pixel_vectors(Isa isa, int rows);

}  // namespace convtune::cpu
