// The transforms of cpu.fft by themselves: roots of unity, small transforms, spectra of tiles.
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "cpu/fft/root.hpp"
#include "cpu/fft/small_fft.hpp"
#include "cpu/fft/transforms.hpp"
#include "support/problems.hpp"

namespace convtune::fft {
namespace {

using Number = std::complex<long double>;

Number unit(int k, int n) {
  return std::polar(1.0L, -2 * std::numbers::pi_v<long double> * k / n);
}

TEST(Root, IsOnTheCircleWhereItShouldBe) {
  for (const int n : {1, 2, 3, 4, 8, 12, 24, 32})
    for (int k = 0; k < 2 * n; ++k) {
      const Root made = root(k, n);
      EXPECT_LT(std::abs(Number(made.re, made.im) - unit(k, n)), 1e-17L) << k << " of " << n;
    }
}

TEST(Root, IsExactOnTheAxesAndEqualWhereAnglesMirror) {
  EXPECT_EQ(root(0, 8).im, 0);
  EXPECT_EQ(root(8, 16).re, -1);
  EXPECT_EQ(root(8, 16).im, 0);
  EXPECT_EQ(root(4, 16).re, 0);
  EXPECT_EQ(root(12, 16).im, 1);
  EXPECT_EQ(root(3, 32).re, -root(5, 32).im);
  EXPECT_EQ(root(3, 32).re, root(29, 32).re);
}

#define FOR(isa, bytes, ...)                                                          \
  template <class T, int n>                                                           \
  struct Of_##isa {                                                                   \
    static constexpr int lanes = cpu::Lanes<T, bytes>::count;                         \
    __VA_ARGS__ static void run(const ComplexFrom<T>& from, const ComplexTo<T>& to) { \
      SmallFft<T, bytes>::template run<n>(from, to);                                  \
    }                                                                                 \
  };
CONVTUNE_FOR_ISA(FOR)
#undef FOR

/// Calls `check` for each instruction set of this processor, and both types.
template <int n, class Check>
void on_every_isa(Check check) {
  const Isa here = testing_support::test_device(1).isa;
  check.template operator()<Of_generic<float, n>, float>();
  check.template operator()<Of_generic<double, n>, double>();
  if (here >= Isa::avx2) check.template operator()<Of_avx2<float, n>, float>();
  if (here >= Isa::avx2) check.template operator()<Of_avx2<double, n>, double>();
  if (here >= Isa::avx512) check.template operator()<Of_avx512<float, n>, float>();
  if (here >= Isa::avx512) check.template operator()<Of_avx512<double, n>, double>();
}

template <class T>
std::vector<T> reals(std::int64_t count) {
  std::mt19937 random(5);
  std::vector<T> made(static_cast<std::size_t>(count));
  for (T& each : made) each = static_cast<T>(static_cast<double>(random()) * 0x1p-31 - 1);
  return made;
}

// Errors of sums of `terms` numbers up to 1, as transforms make them.
template <class T>
long double tolerance(int terms) {
  return std::numeric_limits<T>::epsilon() * std::sqrt(static_cast<long double>(terms)) *
         std::log2(2.0L * terms);
}

template <int n, class Of, class T>
void check_small() {
  constexpr int lanes = Of::lanes;
  const std::vector<T> from = reals<T>(2 * n * lanes);
  std::vector<T> to(from.size());
  Of::run({from.data(), from.data() + lanes, 2 * lanes}, {to.data(), to.data() + lanes, 2 * lanes});
  const auto number = [](const std::vector<T>& all, int index, int lane) {
    return Number(all[2 * index * lanes + lane], all[(2 * index + 1) * lanes + lane]);
  };
  for (int lane = 0; lane < lanes; ++lane)
    for (int k = 0; k < n; ++k) {
      Number expected = 0;
      for (int j = 0; j < n; ++j) expected += number(from, j, lane) * unit(j * k, n);
      ASSERT_LT(std::abs(number(to, k, lane) - expected), tolerance<T>(2 * n)) << k << " of " << n;
    }
}

TEST(SmallFft, IsTheTransformOfItsDefinition) {
  on_every_isa<2>([]<class Of, class T>() { check_small<2, Of, T>(); });
  on_every_isa<3>([]<class Of, class T>() { check_small<3, Of, T>(); });
  on_every_isa<4>([]<class Of, class T>() { check_small<4, Of, T>(); });
  on_every_isa<5>([]<class Of, class T>() { check_small<5, Of, T>(); });
  on_every_isa<6>([]<class Of, class T>() { check_small<6, Of, T>(); });
  on_every_isa<8>([]<class Of, class T>() { check_small<8, Of, T>(); });
  on_every_isa<12>([]<class Of, class T>() { check_small<12, Of, T>(); });
  on_every_isa<16>([]<class Of, class T>() { check_small<16, Of, T>(); });
  on_every_isa<20>([]<class Of, class T>() { check_small<20, Of, T>(); });
  on_every_isa<24>([]<class Of, class T>() { check_small<24, Of, T>(); });
  on_every_isa<32>([]<class Of, class T>() { check_small<32, Of, T>(); });
}

/// Where the points of a tile lie in its spectrum: (row, column).
std::vector<std::pair<int, int>> frequencies(int n) {
  std::vector<std::pair<int, int>> all;
  for (const int column : {0, n / 2})
    for (int row = 0; row <= n / 2; ++row) all.emplace_back(row, column);
  for (int column = 1; column < n / 2; ++column)
    for (int row = 0; row < n; ++row) all.emplace_back(row, column);
  return all;
}

/// Where both halves of a spectrum meet, a point has no factor of 2.
bool is_corner(const std::pair<int, int>& frequency, int n) {
  const auto meets = [n](int at) { return at == 0 || 2 * at == n; };
  return meets(frequency.first) && meets(frequency.second);
}

/// One tile of as many channels as a vector has lanes, and its points.
template <class T>
struct OneTile {
  OneTile(int size, Isa isa)
      : n(size), lanes(cpu::vector_bytes(isa) / static_cast<int>(sizeof(T))) {
    const std::int64_t plane = std::int64_t{n} * n;
    pixels = reals<T>(lanes * plane);
    points.resize(std::size_t{2} * static_cast<std::size_t>(points_of(n)) *
                  static_cast<std::size_t>(lanes));
    std::vector<T> strip(static_cast<std::size_t>(strip_elements(n, 1, n, lanes)));
    InputCall<T> call;
    call.source = pixels.data();
    call.end = pixels.data() + pixels.size();
    call.channel_step = plane;
    call.row_step = n;
    call.source_channels = call.channels = lanes;
    call.walks.fill({.first = 0, .step = 1, .size = n});
    call.tiles = 1;
    call.strip = strip.data();
    call.points = points.data();
    call.point_step = 2 * lanes;
    transforms<T>(n, isa).input(call);
  }

  int n, lanes;
  std::vector<T> pixels, points;
};

/// Calls `check` with every size of tiles and each instruction set of this processor.
template <class Check>
void with_every_tile(Check check) {
  for (const Isa isa : {Isa::generic, Isa::avx2, Isa::avx512})
    for (const int n : tile_sizes())
      if (isa <= testing_support::test_device(1).isa) {
        SCOPED_TRACE(testing::Message() << "tile of " << n << ", isa " << static_cast<int>(isa));
        check.template operator()<float>(n, isa);
        check.template operator()<double>(n, isa);
      }
}

template <class T>
void check_spectrum(int n, Isa isa) {
  const OneTile<T> tile(n, isa);
  const int lane = tile.lanes - 1;
  const T* const plane = tile.pixels.data() + std::int64_t{lane} * n * n;
  const auto places = frequencies(n);
  ASSERT_EQ(static_cast<int>(places.size()), points_of(n));
  for (std::size_t p = 0; p < places.size(); ++p) {
    const auto& [high, wide] = places[p];
    Number expected = 0;
    for (int row = 0; row < n; ++row)
      for (int column = 0; column < n; ++column)
        expected += static_cast<long double>(plane[row * n + column]) *
                    unit((high * row + wide * column) % n, n);
    if (!is_corner(places[p], n)) expected *= 2;
    const T* const point = tile.points.data() + 2 * p * tile.lanes + lane;
    ASSERT_LT(std::abs(Number(point[0], point[tile.lanes]) - expected), tolerance<T>(2 * n * n))
        << high << ", " << wide;
  }
}

TEST(TileFft, HasEachFrequencyOnceTwiceAsLarge) {
  with_every_tile([]<class T>(int n, Isa isa) { check_spectrum<T>(n, isa); });
}

template <class T>
void check_round_trip(int n, Isa isa, int rows) {
  OneTile<T> tile(n, isa);
  const auto places = frequencies(n);
  for (std::size_t p = 0; p < places.size(); ++p)
    for (int i = 0; i < 2 * tile.lanes; ++i)
      tile.points[p * 2 * tile.lanes + i] *= is_corner(places[p], n) ? T{1} : T{1} / 2;
  std::vector<T> scratch(static_cast<std::size_t>(rows_elements(n, {rows, n}, 1, tile.lanes)));
  std::vector<T> back(static_cast<std::size_t>(tile.lanes * n * n), T{77});
  OutputCall<T> call;
  call.sums = tile.points.data();
  call.point_step = 2 * tile.lanes;
  call.tiles = 1;
  call.outputs = {rows, n};
  call.rows = scratch.data();
  call.destination = back.data();
  call.channel_step = std::int64_t{n} * n;
  call.row_step = n;
  call.channels = tile.lanes;
  call.walks.fill({.first = 0, .step = 1, .size = n});
  transforms<T>(n, isa).output(call);
  for (int i = 0; i < tile.lanes * n * n; ++i)
    if (i / n % n < rows)
      ASSERT_NEAR(back[i] / (n * n), tile.pixels[i], tolerance<T>(n)) << i;
    else
      ASSERT_EQ(back[i], T{77}) << "wrote row " << i / n % n;
}

TEST(TileFft, ComesBackAsOftenAsItHasPixels) {
  with_every_tile([]<class T>(int n, Isa isa) {
    for (const int rows : {1, n / 2 + 1, n}) check_round_trip<T>(n, isa, rows);
  });
}

}  // namespace
}  // namespace convtune::fft
