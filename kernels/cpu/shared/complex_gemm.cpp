#include "complex_gemm.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include "lanes.hpp"

namespace convtune::cpu {
namespace {

constexpr int most_rows = 14;
constexpr std::size_t ahead_bytes = 4096;

/// Rows whose sums leave registers for the vectors of a column and a number of a row.
constexpr int rows_for(int bytes, int vectors) {
  const int registers = bytes == 64 ? 32 : 16;
  const int rows = (registers - 2 * vectors - 2) / (2 * vectors);
  return rows > most_rows ? most_rows : rows;
}

template <class T, int bytes, int rows, int vectors, bool ahead>
CONVTUNE_INLINE void run(const ComplexGemm<T>& gemm) {
  using Vector = typename Lanes<T, bytes>::Vector;
  constexpr int lanes = Lanes<T, bytes>::count;
  Vector re[rows][vectors] = {}, im[rows][vectors] = {};
  const T* columns = gemm.columns;
  const T* row = gemm.rows;
  const auto step = [&](int c) __attribute__((always_inline)) {
    Vector column_re[vectors], column_im[vectors];
    for (int v = 0; v < vectors; ++v) {
      column_re[v] = load<T, bytes>(columns + 2 * v * lanes);
      column_im[v] = load<T, bytes>(columns + (2 * v + 1) * lanes);
      if constexpr (ahead) {
        __builtin_prefetch(columns + 2 * v * lanes + ahead_bytes / sizeof(T));
        __builtin_prefetch(columns + (2 * v + 1) * lanes + ahead_bytes / sizeof(T));
      }
    }
    for (int r = 0; r < rows; ++r) {
      const T x = row[2 * r * lanes + c], y = row[(2 * r + 1) * lanes + c];
      for (int v = 0; v < vectors; ++v) {
        re[r][v] += column_re[v] * x;
        im[r][v] += column_im[v] * x;
        re[r][v] -= column_im[v] * y;
        im[r][v] += column_re[v] * y;
      }
    }
    columns += 2 * vectors * lanes;
  };
  std::int64_t channel = 0;
  for (; channel + lanes <= gemm.channels; channel += lanes, row += gemm.rows_step)
    for (int c = 0; c < lanes; ++c) step(c);
  for (int c = 0; channel + c < gemm.channels; ++c) step(c);
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < vectors; ++v) {
      T* const sum = gemm.sums + 2 * (r * vectors + v) * lanes;
      store<T, bytes>(sum, re[r][v]);
      store<T, bytes>(sum + lanes, im[r][v]);
    }
}

#define FOR(isa, bytes, ...)                                                                   \
  template <class T, int rows, int vectors, bool ahead>                                        \
  __VA_ARGS__ void run_##isa(const ComplexGemm<T>& gemm) {                                     \
    if constexpr (rows <= rows_for(bytes, vectors)) run<T, bytes, rows, vectors, ahead>(gemm); \
  }
CONVTUNE_FOR_ISA(FOR)
#undef FOR

template <class T, int vectors, bool ahead, int... row>
RunComplexGemm<T> pick(Isa isa, int rows, std::integer_sequence<int, row...>) {
  using Kernels = std::array<RunComplexGemm<T>, most_rows>;
  static constexpr Kernels generic{run_generic<T, row + 1, vectors, ahead>...};
  static constexpr Kernels avx2{run_avx2<T, row + 1, vectors, ahead>...};
  static constexpr Kernels avx512{run_avx512<T, row + 1, vectors, ahead>...};
  const auto index = static_cast<std::size_t>(rows - 1);
  return (isa == Isa::avx512 ? avx512 : isa == Isa::avx2 ? avx2 : generic)[index];
}

template <class T, bool ahead>
RunComplexGemm<T> pick(Isa isa, const RegisterTile& tile) {
  constexpr auto rows = std::make_integer_sequence<int, most_rows>();
  return tile.vectors == 1 ? pick<T, 1, ahead>(isa, tile.rows, rows)
                           : pick<T, 2, ahead>(isa, tile.rows, rows);
}

}  // namespace

RegisterTile largest_complex_tile(Isa isa, int vectors) {
  return {.rows = rows_for(vector_bytes(isa), vectors), .vectors = vectors};
}

template <class T>
RunComplexGemm<T> complex_gemm(Isa isa, const RegisterTile& tile, bool fetch_ahead) {
  const bool known = tile.vectors == 1 || tile.vectors == 2;
  if (!known || tile.rows < 1 || tile.rows > largest_complex_tile(isa, tile.vectors).rows)
    throw std::out_of_range("there is no kernel of this tile of complex sums");
  return fetch_ahead ? pick<T, true>(isa, tile) : pick<T, false>(isa, tile);
}

template RunComplexGemm<float> complex_gemm(Isa, const RegisterTile&, bool);
template RunComplexGemm<double> complex_gemm(Isa, const RegisterTile&, bool);

}  // namespace convtune::cpu
