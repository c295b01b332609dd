#pragma once

#include <cstdint>

#include <convtune/device.hpp>

namespace convtune::direct_blocked {

/// Sums of a few output channels at vectors of neighbouring pixels:
///
///   out[channel][vector][lane] =
///       sum over p of weights[p][channel] inputs[offset of p + vector vector_step + lane]
template <class T>
struct PixelRows {
  const T* inputs = nullptr;
  std::int64_t vector_step = 0;
  const std::int64_t* offsets = nullptr;  ///< of `chunk` products; then again, chunk_step further
  std::int64_t chunk = 0, chunk_step = 0;
  std::int64_t products = 0;
  const T* weights = nullptr;  ///< as many for each product as the tile has channels
  T* out = nullptr;
  std::int64_t out_vector_step = 0, channel_step = 0;
  int channels = 0;         ///< that there are, at most the tile's
  int usual = 0, last = 0;  ///< lanes to write of a vector, and of the last one
  const T* bias = nullptr;  ///< one a channel; nullptr: none
  bool accumulate = false, relu = false;
};

template <class T>
using RunPixelRows = void (*)(const PixelRows<T>&);

inline constexpr int most_pixel_vectors = 4;

/// The most vectors of pixels whose sums fit into registers with so many channels; 0 where there
/// are no kernels of so many channels: 4, 6, 8 and 12 have some.
int most_row_vectors(Isa isa, int channels);

/// Throws std::out_of_range for what there is not.
template <class T>
RunPixelRows<T> pixel_rows(Isa isa, int channels, int vectors);

}  // namespace convtune::direct_blocked
