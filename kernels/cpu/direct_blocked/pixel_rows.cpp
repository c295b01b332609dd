#include "pixel_rows.hpp"

#include <array>
#include <stdexcept>

#include "../shared/finish.hpp"

namespace convtune::direct_blocked {
namespace {

using namespace cpu;

constexpr int vectors_for(int bytes, int channels) {
  const int registers = bytes == 64 ? 32 : 16;
  const int vectors = (registers - 1) / (channels + 1);
  return vectors > most_pixel_vectors ? most_pixel_vectors : vectors;
}

/// Adds and writes what is kept in memory: parts of vectors, or of the channels, or with what the
/// output holds.
template <class T, int bytes, int vectors>
CONVTUNE_INLINE void write_some(const PixelRows<T>& tile, const T* sums) {
  constexpr int lanes = Lanes<T, bytes>::count;
#pragma GCC unroll 1
  for (int c = 0; c < tile.channels; ++c)
#pragma GCC unroll 1
    for (int v = 0; v < vectors; ++v)
      cpu::finish<T, bytes>({.accumulate = tile.accumulate, .relu = tile.relu},
                            tile.out + c * tile.channel_step + v * tile.out_vector_step,
                            v + 1 < vectors ? tile.usual : tile.last,
                            load<T, bytes>(sums + (c * vectors + v) * lanes));
}

// The loop over products has all registers to itself only if little is asked of the sums behind it:
// biases come first, and what is not simply written goes by way of memory.
template <class T, int bytes, int channels, int vectors>
CONVTUNE_INLINE void run(const PixelRows<T>& tile) {
  using Vector = typename Lanes<T, bytes>::Vector;
  constexpr int lanes = Lanes<T, bytes>::count;
  Vector sums[channels][vectors];
#pragma GCC unroll 16
  for (int c = 0; c < channels; ++c)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) sums[c][v] = Vector{};
  if (tile.bias) {
#pragma GCC unroll 16
    for (int c = 0; c < channels; ++c)
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) sums[c][v] += tile.bias[c < tile.channels ? c : 0];
  }
  const T* weights = tile.weights;
  const T* inputs = tile.inputs;
  const std::int64_t vector_step = tile.vector_step;
  for (std::int64_t left = tile.products; left > 0; left -= tile.chunk, inputs += tile.chunk_step) {
    const std::int64_t* const end = tile.offsets + (left < tile.chunk ? left : tile.chunk);
    for (const std::int64_t* offset = tile.offsets; offset < end; ++offset) {
      Vector read[vectors];
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v)
        read[v] = load<T, bytes>(inputs + *offset + v * vector_step);
#pragma GCC unroll 16
      for (int c = 0; c < channels; ++c)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; ++v) sums[c][v] += read[v] * weights[c];
      weights += channels;
    }
  }
  if (tile.channels < channels || tile.usual < lanes || tile.last < lanes || tile.accumulate) {
    alignas(bytes) T kept[channels * vectors * lanes];
#pragma GCC unroll 16
    for (int c = 0; c < channels; ++c)
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v)
        store<T, bytes>(kept + (c * vectors + v) * lanes, sums[c][v]);
    return write_some<T, bytes, vectors>(tile, kept);
  }
  if (tile.relu) {
#pragma GCC unroll 16
    for (int c = 0; c < channels; ++c)
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) sums[c][v] = relu<T, bytes>(sums[c][v]);
  }
#pragma GCC unroll 16
  for (int c = 0; c < channels; ++c)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v)
      store<T, bytes>(tile.out + c * tile.channel_step + v * tile.out_vector_step, sums[c][v]);
}

#define FOR(isa, bytes, ...)                                                                       \
  template <class T, int channels, int vectors>                                                    \
  __VA_ARGS__ void run_##isa(const PixelRows<T>& tile) {                                           \
    if constexpr (vectors <= vectors_for(bytes, channels)) run<T, bytes, channels, vectors>(tile); \
  }
CONVTUNE_FOR_ISA(FOR)
#undef FOR

template <class T, int channels>
RunPixelRows<T> pick(Isa isa, int vectors) {
  using Kernels = std::array<RunPixelRows<T>, most_pixel_vectors>;
#define FOR(isa, bytes, ...)                                                                   \
  static constexpr Kernels isa##_kernels{run_##isa<T, channels, 1>, run_##isa<T, channels, 2>, \
                                         run_##isa<T, channels, 3>, run_##isa<T, channels, 4>};
  CONVTUNE_FOR_ISA(FOR)
#undef FOR
  return (isa == Isa::avx512 ? avx512_kernels
          : isa == Isa::avx2 ? avx2_kernels
                             : generic_kernels)[static_cast<std::size_t>(vectors - 1)];
}

}  // namespace

int most_row_vectors(Isa isa, int channels) {
  if (channels != 4 && channels != 6 && channels != 8 && channels != 12) return 0;
  return vectors_for(vector_bytes(isa), channels);
}

template <class T>
RunPixelRows<T> pixel_rows(Isa isa, int channels, int vectors) {
  if (vectors >= 1 && vectors <= most_row_vectors(isa, channels)) switch (channels) {
      case 4: return pick<T, 4>(isa, vectors);
      case 6: return pick<T, 6>(isa, vectors);
      case 8: return pick<T, 8>(isa, vectors);
      default: return pick<T, 12>(isa, vectors);
    }
  throw std::out_of_range("there is no kernel of these channels and vectors of pixels");
}

template RunPixelRows<float> pixel_rows(Isa, int, int);
template RunPixelRows<double> pixel_rows(Isa, int, int);

}  // namespace convtune::direct_blocked
