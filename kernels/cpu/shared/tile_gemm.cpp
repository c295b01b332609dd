#include "tile_gemm.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include "lanes.hpp"

namespace convtune::cpu {
namespace {

constexpr int most_rows = 14;
constexpr std::size_t ahead_bytes = 4096;

/// Rows whose sums leave registers for two vectors of columns and one number of a row.
constexpr int rows_for(int bytes, int vectors) {
  const int registers = bytes == 64 ? 32 : 16;
  const int rows = (registers - vectors - 1) / vectors;
  return rows > most_rows ? most_rows : rows;
}

template <class T, int bytes, int rows, int vectors, bool ahead>
CONVTUNE_INLINE void run(const TileGemm<T>& gemm) {
  using Vector = typename Lanes<T, bytes>::Vector;
  constexpr int lanes = Lanes<T, bytes>::count;
  Vector sums[rows][vectors] = {};
  const T* columns = gemm.columns;
  const T* row = gemm.rows;
  const auto step = [&](int c) __attribute__((always_inline)) {
    Vector column[vectors];
    for (int v = 0; v < vectors; ++v) {
      column[v] = load<T, bytes>(columns + v * lanes);
      if constexpr (ahead) __builtin_prefetch(columns + v * lanes + ahead_bytes / sizeof(T));
    }
    for (int r = 0; r < rows; ++r)
      for (int v = 0; v < vectors; ++v) sums[r][v] += column[v] * row[r * lanes + c];
    columns += vectors * lanes;
  };
  std::int64_t channel = 0;
  for (; channel + lanes <= gemm.channels; channel += lanes, row += gemm.rows_step)
    for (int c = 0; c < lanes; ++c) step(c);
  for (int c = 0; channel + c < gemm.channels; ++c) step(c);
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < vectors; ++v)
      store<T, bytes>(gemm.sums + (r * vectors + v) * lanes, sums[r][v]);
}

#define FOR(isa, bytes, ...)                                                                   \
  template <class T, int rows, int vectors, bool ahead>                                        \
  __VA_ARGS__ void run_##isa(const TileGemm<T>& gemm) {                                        \
    if constexpr (rows <= rows_for(bytes, vectors)) run<T, bytes, rows, vectors, ahead>(gemm); \
  }
CONVTUNE_FOR_ISA(FOR)
#undef FOR

template <class T>
using Kernels = std::array<RunTileGemm<T>, most_rows>;

template <class T, int vectors, bool ahead, int... row>
RunTileGemm<T> pick(Isa isa, int rows, std::integer_sequence<int, row...>) {
  static constexpr Kernels<T> generic{run_generic<T, row + 1, vectors, ahead>...};
  static constexpr Kernels<T> avx2{run_avx2<T, row + 1, vectors, ahead>...};
  static constexpr Kernels<T> avx512{run_avx512<T, row + 1, vectors, ahead>...};
  const auto index = static_cast<std::size_t>(rows - 1);
  return (isa == Isa::avx512 ? avx512 : isa == Isa::avx2 ? avx2 : generic)[index];
}

template <class T, bool ahead>
RunTileGemm<T> pick(Isa isa, const RegisterTile& tile) {
  constexpr auto rows = std::make_integer_sequence<int, most_rows>();
  switch (tile.vectors) {
    case 1: return pick<T, 1, ahead>(isa, tile.rows, rows);
    case 2: return pick<T, 2, ahead>(isa, tile.rows, rows);
    default: return pick<T, 4, ahead>(isa, tile.rows, rows);
  }
}

}  // namespace

RegisterTile largest_tile(Isa isa, int vectors) {
  return {.rows = rows_for(vector_bytes(isa), vectors), .vectors = vectors};
}

template <class T>
RunTileGemm<T> tile_gemm(Isa isa, const RegisterTile& tile, bool fetch_ahead) {
  const bool known = tile.vectors == 1 || tile.vectors == 2 || tile.vectors == 4;
  if (!known || tile.rows < 1 || tile.rows > largest_tile(isa, tile.vectors).rows)
    throw std::out_of_range("there is no kernel of this register tile");
  return fetch_ahead ? pick<T, true>(isa, tile) : pick<T, false>(isa, tile);
}

template RunTileGemm<float> tile_gemm(Isa, const RegisterTile&, bool);
template RunTileGemm<double> tile_gemm(Isa, const RegisterTile&, bool);

}  // namespace convtune::cpu
