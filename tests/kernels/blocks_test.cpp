// The building blocks of our own kernels, for every instruction set that this processor has.
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>

#include "cpu/shared/complex_gemm.hpp"
#include "cpu/shared/lanes.hpp"
#include "cpu/shared/tile_gemm.hpp"
#include "support/problems.hpp"

namespace convtune::cpu {
namespace {

using testing_support::isas;

template <class T, int bytes>
CONVTUNE_INLINE void turn_block(const T* from, T* to) {
  constexpr int lanes = Lanes<T, bytes>::count;
  typename Lanes<T, bytes>::Vector rows[lanes];
  for (int i = 0; i < lanes; ++i) rows[i] = load<T, bytes>(from + i * lanes);
  transpose<T, bytes>(rows);
  for (int i = 0; i < lanes; ++i) store<T, bytes>(to + i * lanes, rows[i]);
}

template <class T, int bytes>
CONVTUNE_INLINE void copy_lanes(const T* from, T* to, int count, T* filled) {
  const typename Lanes<T, bytes>::Vector vector = load_some<T, bytes>(from, count);
  store_some<T, bytes>(to, vector, count);
  store<T, bytes>(filled, vector);
}

template <class T, int bytes>
CONVTUNE_INLINE void rectify_lanes(const T* from, T* to) {
  store<T, bytes>(to, relu<T, bytes>(load<T, bytes>(from)));
}

// The blocks are inlined into functions of an instruction set, as in kernels.
#define FOR(isa, bytes, ...)                                                        \
  template <class T>                                                                \
  struct Block_##isa {                                                              \
    static constexpr int lanes = Lanes<T, bytes>::count;                            \
    __VA_ARGS__ static void turn(const T* from, T* to) {                            \
      turn_block<T, bytes>(from, to);                                               \
    }                                                                               \
    __VA_ARGS__ static void copy_some(const T* from, T* to, int count, T* filled) { \
      copy_lanes<T, bytes>(from, to, count, filled);                                \
    }                                                                               \
    __VA_ARGS__ static void rectify(const T* from, T* to) {                         \
      rectify_lanes<T, bytes>(from, to);                                            \
    }                                                                               \
  };
CONVTUNE_FOR_ISA(FOR)
#undef FOR

template <template <class> class Block, class T>
void check_relu() {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  for (const T value : {T{3}, T{-3}, T{0}, T{-0.0}, infinity, -infinity,
                        std::numeric_limits<T>::denorm_min(), -std::numeric_limits<T>::max()}) {
    std::vector<T> from(Block<T>::lanes, value), to(from.size());
    Block<T>::rectify(from.data(), to.data());
    for (const T each : to) EXPECT_EQ(each, std::max(value, T{0})) << value;
  }
  for (const T value : {nan, -nan}) {
    std::vector<T> from(Block<T>::lanes, value), to(from.size());
    Block<T>::rectify(from.data(), to.data());
    for (const T each : to) EXPECT_TRUE(std::isnan(each));
  }
}

template <template <class> class Block, class T>
void check_blocks() {
  check_relu<Block, T>();
  constexpr int lanes = Block<T>::lanes;
  std::vector<T> from(lanes * lanes), to(from.size());
  std::iota(from.begin(), from.end(), T{1});
  Block<T>::turn(from.data(), to.data());
  for (int r = 0; r < lanes; ++r)
    for (int l = 0; l < lanes; ++l) EXPECT_EQ(to[r * lanes + l], from[l * lanes + r]);
  for (int count = 0; count < lanes; ++count) {
    std::vector<T> some(static_cast<std::size_t>(count)), filled(lanes);  // nothing lies behind
    std::iota(some.begin(), some.end(), T{1});
    std::vector<T> copy(static_cast<std::size_t>(count) + 1, T{-1});
    Block<T>::copy_some(some.data(), copy.data(), count, filled.data());
    for (int i = 0; i < lanes; ++i) EXPECT_EQ(filled[i], i < count ? some[i] : 0) << count;
    for (int i = 0; i < count; ++i) EXPECT_EQ(copy[i], some[i]);
    EXPECT_EQ(copy[count], T{-1}) << "wrote behind " << count;
  }
}

TEST(Lanes, TurnAndCopyInParts) {
  for (const Isa isa : isas()) {
    SCOPED_TRACE(static_cast<int>(isa));
    switch (isa) {
      case Isa::generic:
        check_blocks<Block_generic, float>();
        check_blocks<Block_generic, double>();
        break;
      case Isa::avx2:
        check_blocks<Block_avx2, float>();
        check_blocks<Block_avx2, double>();
        break;
      case Isa::avx512:
        check_blocks<Block_avx512, float>();
        check_blocks<Block_avx512, double>();
        break;
    }
  }
}

template <class T>
void check_tile(Isa isa, const RegisterTile& tile, std::int64_t channels, bool ahead) {
  const int lanes = vector_bytes(isa) / static_cast<int>(sizeof(T)), width = tile.vectors * lanes;
  const std::int64_t vectors = (channels + lanes - 1) / lanes, step = (tile.rows + 2) * lanes;
  std::mt19937 random(7);
  const auto numbers = [&](std::int64_t count) {
    std::vector<T> made(static_cast<std::size_t>(count));
    for (T& each : made) each = static_cast<T>(static_cast<int>(random() % 9) - 4);
    return made;
  };
  const std::vector<T> rows = numbers(vectors * step), columns = numbers(channels * width);
  std::vector<T> sums(static_cast<std::size_t>(tile.rows * width) + 1, T{77});
  tile_gemm<T>(isa, tile, ahead)({.rows = rows.data(),
                                  .rows_step = step,
                                  .columns = columns.data(),
                                  .channels = channels,
                                  .sums = sums.data()});
  for (int r = 0; r < tile.rows; ++r)
    for (int c = 0; c < width; ++c) {
      T expected = 0;
      for (std::int64_t k = 0; k < channels; ++k)
        expected += rows[k / lanes * step + r * lanes + k % lanes] * columns[k * width + c];
      ASSERT_EQ(sums[r * width + c], expected) << tile.rows << "x" << tile.vectors;
    }
  EXPECT_EQ(sums.back(), T{77});
}

TEST(TileGemm, SumsProductsInEveryTileOfEveryInstructionSet) {
  for (const Isa isa : isas())
    for (const int vectors : {1, 2, 4})
      for (int rows = 1; rows <= largest_tile(isa, vectors).rows; ++rows)
        for (const std::int64_t channels : {1, 3, 16, 37}) {
          check_tile<float>(isa, {.rows = rows, .vectors = vectors}, channels, channels > 16);
          check_tile<double>(isa, {.rows = rows, .vectors = vectors}, channels, channels < 16);
        }
}

TEST(TileGemm, EachInstructionSetHasKernelsOfItsOwn) {
  const RegisterTile tile{.rows = 2, .vectors = 2};
  const auto of = [&](Isa isa) { return tile_gemm<float>(isa, tile, false); };
  EXPECT_NE(of(Isa::generic), of(Isa::avx2));
  EXPECT_NE(of(Isa::avx2), of(Isa::avx512));
}

TEST(TileGemm, FillsTheRegistersAndNotMore) {
  for (const Isa isa : {Isa::generic, Isa::avx2, Isa::avx512})
    for (const int vectors : {1, 2, 4}) {
      const int registers = vector_bytes(isa) == 64 ? 32 : 16;
      EXPECT_LE(largest_tile(isa, vectors).rows * vectors + vectors + 1, registers);
      EXPECT_GE(largest_tile(isa, vectors).rows, 2);
    }
}

TEST(TileGemm, KnowsNoOtherTiles) {
  EXPECT_THROW(tile_gemm<float>(Isa::avx512, {.rows = 15, .vectors = 2}, false), std::out_of_range);
  EXPECT_THROW(tile_gemm<float>(Isa::avx2, {.rows = 7, .vectors = 2}, false), std::out_of_range);
  EXPECT_THROW(tile_gemm<float>(Isa::avx512, {.rows = 2, .vectors = 3}, false), std::out_of_range);
  EXPECT_THROW(tile_gemm<float>(Isa::avx512, {.rows = 0, .vectors = 1}, false), std::out_of_range);
}

template <class T>
void check_complex_tile(Isa isa, const RegisterTile& tile, std::int64_t channels, bool ahead) {
  using Complex = std::complex<T>;
  const int lanes = vector_bytes(isa) / static_cast<int>(sizeof(T)), width = tile.vectors * lanes;
  const std::int64_t vectors = (channels + lanes - 1) / lanes, step = (tile.rows + 2) * 2 * lanes;
  std::mt19937 random(7);
  const auto numbers = [&](std::int64_t count) {
    std::vector<T> made(static_cast<std::size_t>(count));
    for (T& each : made) each = static_cast<T>(static_cast<int>(random() % 9) - 4);
    return made;
  };
  // Number `index` of vectors of real and imaginary parts in turns.
  const auto number = [&](const std::vector<T>& from, std::int64_t start, std::int64_t index) {
    const std::int64_t real = start + index / lanes * 2 * lanes + index % lanes;
    return Complex(from[real], from[real + lanes]);
  };
  const std::vector<T> rows = numbers(vectors * step), columns = numbers(channels * 2 * width);
  std::vector<T> sums(static_cast<std::size_t>(tile.rows * 2 * width) + 1, T{77});
  complex_gemm<T>(isa, tile, ahead)({.rows = rows.data(),
                                     .rows_step = step,
                                     .columns = columns.data(),
                                     .channels = channels,
                                     .sums = sums.data()});
  for (int r = 0; r < tile.rows; ++r)
    for (int c = 0; c < width; ++c) {
      Complex expected = 0;
      for (std::int64_t k = 0; k < channels; ++k)
        expected += number(rows, k / lanes * step + r * 2 * lanes, k % lanes) *
                    number(columns, k * 2 * width, c);
      ASSERT_EQ(number(sums, r * 2 * width, c), expected) << tile.rows << "x" << tile.vectors;
    }
  EXPECT_EQ(sums.back(), T{77});
}

TEST(ComplexGemm, SumsProductsInEveryTileOfEveryInstructionSet) {
  for (const Isa isa : isas())
    for (const int vectors : {1, 2})
      for (int rows = 1; rows <= largest_complex_tile(isa, vectors).rows; ++rows)
        for (const std::int64_t channels : {1, 3, 16, 37}) {
          const RegisterTile tile{.rows = rows, .vectors = vectors};
          check_complex_tile<float>(isa, tile, channels, channels > 16);
          check_complex_tile<double>(isa, tile, channels, channels < 16);
        }
}

TEST(ComplexGemm, EachInstructionSetHasKernelsOfItsOwn) {
  const auto of = [](Isa isa) {
    return complex_gemm<float>(isa, {.rows = 2, .vectors = 2}, false);
  };
  EXPECT_NE(of(Isa::generic), of(Isa::avx2));
  EXPECT_NE(of(Isa::avx2), of(Isa::avx512));
}

TEST(ComplexGemm, FillsTheRegistersAndNotMore) {
  for (const Isa isa : {Isa::generic, Isa::avx2, Isa::avx512})
    for (const int vectors : {1, 2}) {
      const int registers = vector_bytes(isa) == 64 ? 32 : 16;
      const int rows = largest_complex_tile(isa, vectors).rows;
      EXPECT_LE(2 * vectors * (rows + 1) + 2, registers);
      EXPECT_GE(rows, 2);
    }
}

TEST(ComplexGemm, KnowsNoOtherTiles) {
  const auto of = [](int rows, int vectors) {
    return complex_gemm<float>(Isa::avx512, {.rows = rows, .vectors = vectors}, false);
  };
  EXPECT_THROW(of(15, 1), std::out_of_range);
  EXPECT_THROW(of(7, 2), std::out_of_range);
  EXPECT_THROW(of(2, 3), std::out_of_range);
  EXPECT_THROW(of(0, 1), std::out_of_range);
}

}  // namespace
}  // namespace convtune::cpu
