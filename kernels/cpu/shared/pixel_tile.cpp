#include "pixel_tile.hpp"

#include <array>
#include <stdexcept>

#include "lanes.hpp"

namespace convtune::cpu {
namespace {

constexpr int most_vectors = 4;

constexpr int vectors_for(int bytes, int rows) {
  const int registers = bytes == 64 ? 32 : 16;
  const int vectors = (registers - 1) / (rows + 1);
  return vectors > most_vectors ? most_vectors : vectors;
}

template <class T, int bytes>
CONVTUNE_INLINE void finish(const PixelTile<T>& tile, int row, T* out, int skip,
                            typename Lanes<T, bytes>::Vector sum) {
  if (tile.bias) sum += tile.bias[row];
  if (tile.accumulate) sum += load<T, bytes>(out);
  if (tile.relu) sum = relu<T, bytes>(sum);
  if (skip == 0)
    store<T, bytes>(out, sum);
  else
    store_from<T, bytes>(out, sum, skip);
}

template <class T, int bytes, int rows, int vectors>
CONVTUNE_INLINE void run(const PixelTile<T>& tile) {
  using Vector = typename Lanes<T, bytes>::Vector;
  constexpr int lanes = Lanes<T, bytes>::count;
  Vector sums[rows][vectors] = {};
  const T* pixels = tile.pixels;
  const T* weights = tile.weights;
  for (std::int64_t p = 0; p < tile.products; ++p, pixels += tile.step, weights += rows) {
    Vector read[vectors];
    for (int v = 0; v + 1 < vectors; ++v) read[v] = load<T, bytes>(pixels + v * lanes);
    read[vectors - 1] = load<T, bytes>(pixels + tile.last);
    for (int r = 0; r < rows; ++r)
      for (int v = 0; v < vectors; ++v) sums[r][v] += read[v] * weights[r];
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) {
    if (r >= tile.rows) break;
    T* const out = tile.out + r * tile.row_step;
    for (int v = 0; v + 1 < vectors; ++v) finish<T, bytes>(tile, r, out + v * lanes, 0, sums[r][v]);
    finish<T, bytes>(tile, r, out + tile.last, tile.skip, sums[r][vectors - 1]);
  }
}

#define FOR(isa, bytes, ...)                                                               \
  template <class T, int rows, int vectors>                                                \
  __VA_ARGS__ void run_##isa(const PixelTile<T>& tile) {                                   \
    if constexpr (vectors <= vectors_for(bytes, rows)) run<T, bytes, rows, vectors>(tile); \
  }
CONVTUNE_FOR_ISA(FOR)
#undef FOR

template <class T, int rows>
RunPixelTile<T> pick(Isa isa, int vectors) {
  using Kernels = std::array<RunPixelTile<T>, most_vectors>;
#define FOR(isa, bytes, ...)                                                           \
  static constexpr Kernels isa##_kernels{run_##isa<T, rows, 1>, run_##isa<T, rows, 2>, \
                                         run_##isa<T, rows, 3>, run_##isa<T, rows, 4>};
  CONVTUNE_FOR_ISA(FOR)
#undef FOR
  return (isa == Isa::avx512 ? avx512_kernels
          : isa == Isa::avx2 ? avx2_kernels
                             : generic_kernels)[static_cast<std::size_t>(vectors - 1)];
}

}  // namespace

int most_pixel_vectors(Isa isa, int rows) {
  return vectors_for(vector_bytes(isa), rows);
}

template <class T>
RunPixelTile<T> pixel_tile(Isa isa, int rows, int vectors) {
  if (vectors >= 1 && vectors <= most_pixel_vectors(isa, rows)) switch (rows) {
      case 4: return pick<T, 4>(isa, vectors);
      case 6: return pick<T, 6>(isa, vectors);
      case 8: return pick<T, 8>(isa, vectors);
      default: break;
    }
  throw std::out_of_range("there is no kernel of this tile of pixels");
}

template RunPixelTile<float> pixel_tile(Isa, int, int);
template RunPixelTile<double> pixel_tile(Isa, int, int);

}  // namespace convtune::cpu
