#include "channel_tile.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include "../shared/lanes.hpp"

namespace convtune::direct_blocked {
namespace {

using namespace cpu;

constexpr int most_pixels = 14;

/// One register is left for a pixel that is broadcast.
constexpr int pixels_for(int bytes, int vectors) {
  const int registers = bytes == 64 ? 32 : 16;
  const int pixels = (registers - vectors - 1) / vectors;
  return pixels > most_pixels ? most_pixels : pixels;
}

template <class T, int bytes, int pixels, int rows, int vectors, int distance>
CONVTUNE_INLINE void run(const ChannelTile<T>& tile) {
  using Vector = typename Lanes<T, bytes>::Vector;
  constexpr int lanes = Lanes<T, bytes>::count;
  Vector sums[rows * pixels][vectors];
  const auto place = [&](int r, int p, int v) __attribute__((always_inline)) {
    return tile.sums + r * tile.sums_row_step + (p * vectors + v) * lanes;
  };
  const bool add = tile.add;
#pragma GCC unroll 4
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 16
    for (int p = 0; p < pixels; ++p)
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v)
        sums[r * pixels + p][v] = add ? load<T, bytes>(place(r, p, v)) : Vector{};
  const T* weights = tile.weights;
  const T* inputs = tile.inputs;
  const std::int64_t row_step = tile.row_step;
  for (std::int64_t left = tile.products; left > 0; left -= tile.chunk, inputs += tile.chunk_step) {
    const std::int64_t* const end = tile.offsets + (left < tile.chunk ? left : tile.chunk);
    for (const std::int64_t* offset = tile.offsets; offset < end; ++offset) {
      Vector weight[vectors];
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) weight[v] = load<T, bytes>(weights + v * lanes);
      weights += vectors * lanes;
#pragma GCC unroll 4
      for (int r = 0; r < rows; ++r) {
        const T* const row = inputs + *offset + r * row_step;
#pragma GCC unroll 16
        for (int p = 0; p < pixels; ++p)
#pragma GCC unroll 4
          for (int v = 0; v < vectors; ++v)
            sums[r * pixels + p][v] += weight[v] * row[p * distance];
      }
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < rows; ++r)
#pragma GCC unroll 16
    for (int p = 0; p < pixels; ++p)
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) store<T, bytes>(place(r, p, v), sums[r * pixels + p][v]);
}

#define FOR(isa, bytes, ...)                                          \
  template <class T, int pixels, int rows, int vectors, int distance> \
  __VA_ARGS__ void run_##isa(const ChannelTile<T>& tile) {            \
    if constexpr (pixels * rows <= pixels_for(bytes, vectors))        \
      run<T, bytes, pixels, rows, vectors, distance>(tile);           \
  }
CONVTUNE_FOR_ISA(FOR)
#undef FOR

// By rows, then pixels.
template <class T, int vectors, int distance, int... at>
RunChannelTile<T> pick(Isa isa, std::size_t index, std::integer_sequence<int, at...>) {
  using Kernels = std::array<RunChannelTile<T>, sizeof...(at)>;
#define FOR(isa, bytes, ...)              \
  static constexpr Kernels isa##_kernels{ \
      run_##isa<T, at % most_pixels + 1, at / most_pixels + 1, vectors, distance>...};
  CONVTUNE_FOR_ISA(FOR)
#undef FOR
  return (isa == Isa::avx512 ? avx512_kernels
          : isa == Isa::avx2 ? avx2_kernels
                             : generic_kernels)[index];
}

template <class T, int distance>
RunChannelTile<T> pick(Isa isa, int vectors, std::size_t index) {
  constexpr auto all = std::make_integer_sequence<int, most_tile_rows * most_pixels>();
  switch (vectors) {
    case 1: return pick<T, 1, distance>(isa, index, all);
    case 2: return pick<T, 2, distance>(isa, index, all);
    default: return pick<T, 3, distance>(isa, index, all);
  }
}

}  // namespace

int most_tile_pixels(Isa isa, int vectors) {
  return pixels_for(vector_bytes(isa), vectors);
}

template <class T>
RunChannelTile<T> channel_tile(Isa isa, const ChannelTileSize& size) {
  const auto& [pixels, rows, vectors, distance] = size;
  if (pixels < 1 || rows < 1 || rows > most_tile_rows || vectors < 1 ||
      vectors > most_channel_vectors || pixels * rows > most_tile_pixels(isa, vectors) ||
      distance < 1 || distance > most_pixel_distance)
    throw std::out_of_range("there is no kernel of this tile of pixels and channels");
  const auto index = static_cast<std::size_t>((rows - 1) * most_pixels + pixels - 1);
  return distance == 1 ? pick<T, 1>(isa, vectors, index) : pick<T, 2>(isa, vectors, index);
}

template RunChannelTile<float> channel_tile(Isa, const ChannelTileSize&);
template RunChannelTile<double> channel_tile(Isa, const ChannelTileSize&);

}  // namespace convtune::direct_blocked
