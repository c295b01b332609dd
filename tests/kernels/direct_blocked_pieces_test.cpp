// The pieces of cpu.direct_blocked, each alone, for every instruction set that this processor has.
#include <algorithm>
#include <random>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "cpu/direct_blocked/channel_tile.hpp"
#include "cpu/direct_blocked/filters.hpp"
#include "cpu/direct_blocked/pixel_rows.hpp"
#include "cpu/direct_blocked/row_copy.hpp"
#include "cpu/direct_blocked/turned_store.hpp"
#include "cpu/shared/lanes.hpp"
#include "support/problems.hpp"

namespace convtune::direct_blocked {
namespace {

using testing::ElementsAre;
using testing_support::isas;
using testing_support::test_device;

template <class T>
int lanes_of(Isa isa) {
  return cpu::vector_bytes(isa) / static_cast<int>(sizeof(T));
}

template <class T>
std::vector<T> numbers(std::int64_t count) {
  std::mt19937 random(7);
  std::vector<T> made(static_cast<std::size_t>(count));
  for (T& each : made) each = static_cast<T>(static_cast<int>(random() % 9) - 4);
  return made;
}

template <class T>
void check_rows(Isa isa, std::int64_t size, std::int64_t pad, std::int64_t stride) {
  constexpr std::int64_t elements = 37, rows = 2;
  const std::int64_t from_step = size + 1, to_step = stride * elements + 2;
  const std::vector<T> from = numbers<T>(from_step * rows - 1);  // nothing lies around them
  const RowSplit split({.in = size, .pad_left = pad}, stride, stride, elements);
  for (const bool border : {false, true}) {
    std::vector<T> to(static_cast<std::size_t>(rows * to_step), T{77});
    row_copy<T>(isa)(split, {.from = border ? nullptr : from.data(),
                             .from_step = from_step,
                             .to = to.data(),
                             .to_step = to_step,
                             .rows = rows});
    for (std::int64_t i = 0; i < rows * to_step; ++i) {
      const std::int64_t row = i / to_step, at = i % to_step;
      const std::int64_t x = at % elements * stride + at / elements - pad;
      T expected = 0;
      if (!border && x >= 0 && x < size)
        expected = from[static_cast<std::size_t>(row * from_step + x)];
      ASSERT_EQ(to[static_cast<std::size_t>(i)], at < stride * elements ? expected : T{77})
          << i << " of " << size << " elements, border " << pad << ", stride " << stride;
    }
  }
}

TEST(DirectBlockedPieces, RowsAreSplitByThePhasesOfTheStride) {
  for (const Isa isa : isas())
    for (const std::int64_t size : {1, 3, 16, 31, 40, 75, 200})
      for (const std::int64_t pad : {0, 1, 3, 20, 300})
        for (const std::int64_t stride : {1, 2, 3}) {
          check_rows<float>(isa, size, pad, stride);
          check_rows<double>(isa, size, pad, stride);
        }
}

// Two channels of three taps in chunks of one channel.
constexpr std::int64_t offsets[] = {0, 5, 41};
constexpr std::int64_t chunk_step = 90, products = 6;
std::int64_t offset_of(std::int64_t p) {
  return offsets[p % 3] + p / 3 * chunk_step;
}

template <class T>
void check_channel_tile(Isa isa, const ChannelTileSize& size) {
  constexpr std::int64_t row_step = 15, more = 3;
  const int width = size.vectors * lanes_of<T>(isa);
  const std::vector<T> inputs =
      numbers<T>(offset_of(products - 1) + (size.rows - 1) * row_step + size.pixels);
  const std::vector<T> weights = numbers<T>(products * width);
  const std::int64_t sums_row = (size.pixels + more) * width;
  std::vector<T> sums(static_cast<std::size_t>(size.rows * sums_row), T{77});
  channel_tile<T>(isa, size)({.inputs = inputs.data(),
                              .row_step = row_step,
                              .offsets = offsets,
                              .chunk = 3,
                              .chunk_step = chunk_step,
                              .products = products,
                              .weights = weights.data(),
                              .sums = sums.data(),
                              .sums_row_step = sums_row});
  for (std::int64_t i = 0; i < size.rows * sums_row; ++i) {
    const std::int64_t row = i / sums_row, pixel = i % sums_row / width, channel = i % width;
    T expected = 0;
    for (std::int64_t p = 0; p < products && pixel < size.pixels; ++p)
      expected += weights[static_cast<std::size_t>(p * width + channel)] *
                  inputs[static_cast<std::size_t>(offset_of(p) + row * row_step + pixel)];
    ASSERT_EQ(sums[static_cast<std::size_t>(i)], pixel < size.pixels ? expected : T{77})
        << size.pixels << " pixels, " << size.rows << " rows, " << size.vectors << " vectors";
  }
}

TEST(DirectBlockedPieces, TilesOfChannelsAreSummedInEverySizeOfEveryInstructionSet) {
  for (const Isa isa : isas())
    for (int vectors = 1; vectors <= most_channel_vectors; ++vectors)
      for (int rows = 1; rows <= most_tile_rows; ++rows)
        for (int pixels = 1; pixels * rows <= most_tile_pixels(isa, vectors); ++pixels) {
          check_channel_tile<float>(isa, {.pixels = pixels, .rows = rows, .vectors = vectors});
          check_channel_tile<double>(isa, {.pixels = pixels, .rows = rows, .vectors = vectors});
        }
}

struct PixelCase {
  int channels, vectors, there, last;
  bool bias, accumulate, relu;
};

template <class T>
void check_pixel_rows(Isa isa, const PixelCase& given) {
  const std::int64_t lanes = lanes_of<T>(isa), step = lanes + 2, channel_step = 100;
  const std::vector<T> inputs =
      numbers<T>(offset_of(products - 1) + (given.vectors - 1) * step + lanes);
  const std::vector<T> weights = numbers<T>(products * given.channels), bias = numbers<T>(12);
  const std::vector<T> before = numbers<T>(given.channels * channel_step);
  std::vector<T> out = before;
  pixel_rows<T>(isa, given.channels, given.vectors)({.inputs = inputs.data(),
                                                     .vector_step = step,
                                                     .offsets = offsets,
                                                     .chunk = 3,
                                                     .chunk_step = chunk_step,
                                                     .products = products,
                                                     .weights = weights.data(),
                                                     .out = out.data(),
                                                     .out_vector_step = step,
                                                     .channel_step = channel_step,
                                                     .channels = given.there,
                                                     .usual = static_cast<int>(lanes),
                                                     .last = given.last,
                                                     .bias = given.bias ? bias.data() : nullptr,
                                                     .accumulate = given.accumulate,
                                                     .relu = given.relu});
  std::vector<T> expected = before;
  for (int c = 0; c < given.there; ++c)
    for (int v = 0; v < given.vectors; ++v)
      for (int lane = 0; lane < (v + 1 < given.vectors ? lanes : given.last); ++lane) {
        T& at = expected[static_cast<std::size_t>(c * channel_step + v * step + lane)];
        T sum = given.bias ? bias[static_cast<std::size_t>(c)] : T{0};
        if (given.accumulate) sum += at;
        for (std::int64_t p = 0; p < products; ++p)
          sum += weights[static_cast<std::size_t>(p * given.channels + c)] *
                 inputs[static_cast<std::size_t>(offset_of(p) + v * step + lane)];
        at = given.relu && sum < 0 ? T{0} : sum;
      }
  ASSERT_EQ(out, expected) << given.channels << "x" << given.vectors << ", " << given.there
                           << " channels, " << given.last << " lanes";
}

TEST(DirectBlockedPieces, TilesOfPixelsAreSummedAndFinishedOnEveryInstructionSet) {
  for (const Isa isa : isas())
    for (const int channels : {4, 6, 8, 12})
      for (int vectors = 1; vectors <= most_row_vectors(isa, channels); ++vectors)
        for (int how = 0; how < 8; ++how)
          for (const int less : {0, 1}) {
            PixelCase given{.channels = channels,
                            .vectors = vectors,
                            .there = channels - less,
                            .last = lanes_of<float>(isa) - less,
                            .bias = (how & 1) != 0,
                            .accumulate = (how & 2) != 0,
                            .relu = (how & 4) != 0};
            check_pixel_rows<float>(isa, given);
            given.last = lanes_of<double>(isa) - less;
            check_pixel_rows<double>(isa, given);
          }
}

template <class T>
void check_turned_store(Isa isa, std::int64_t pixels, int channels) {
  const std::int64_t pixel_step = 2 * lanes_of<T>(isa), channel_step = pixels + 3;
  const std::vector<T> sums = numbers<T>(pixels * pixel_step), bias = numbers<T>(channels);
  const std::vector<T> before = numbers<T>(channels * channel_step);
  for (const bool more : {false, true}) {
    std::vector<T> out = before;
    turned_store<T>(isa)({.sums = sums.data(),
                          .pixel_step = pixel_step,
                          .pixels = pixels,
                          .out = out.data(),
                          .channel_step = channel_step,
                          .channels = channels,
                          .bias = more ? bias.data() : nullptr,
                          .accumulate = more,
                          .relu = more});
    std::vector<T> expected = before;
    for (std::int64_t c = 0; c < channels; ++c)
      for (std::int64_t p = 0; p < pixels; ++p) {
        T& at = expected[static_cast<std::size_t>(c * channel_step + p)];
        const T sum = sums[static_cast<std::size_t>(p * pixel_step + c)];
        at = more ? std::max(T{0}, sum + at + bias[static_cast<std::size_t>(c)]) : sum;
      }
    ASSERT_EQ(out, expected) << pixels << " pixels, " << channels << " channels";
  }
}

TEST(DirectBlockedPieces, SumsAreTurnedWithoutTouchingWhatIsBeside) {
  for (const Isa isa : isas())
    for (const std::int64_t pixels : {1, 2, 7, 15, 16, 17, 33}) {
      for (int channels = 1; channels <= lanes_of<float>(isa); ++channels)
        check_turned_store<float>(isa, pixels, channels);
      for (int channels = 1; channels <= lanes_of<double>(isa); ++channels)
        check_turned_store<double>(isa, pixels, channels);
    }
}

TEST(DirectBlockedPieces, EachInstructionSetHasKernelsOfItsOwn) {
  const auto channels = [](Isa isa) { return channel_tile<float>(isa, {2, 1, 2}); };
  const auto pixels = [](Isa isa) { return pixel_rows<float>(isa, 8, 1); };
  EXPECT_NE(channels(Isa::generic), channels(Isa::avx2));
  EXPECT_NE(channels(Isa::avx2), channels(Isa::avx512));
  EXPECT_NE(pixels(Isa::generic), pixels(Isa::avx2));
  EXPECT_NE(pixels(Isa::avx2), pixels(Isa::avx512));
  EXPECT_NE(row_copy<float>(Isa::avx2), row_copy<float>(Isa::avx512));
  EXPECT_NE(turned_store<float>(Isa::avx2), turned_store<float>(Isa::avx512));
}

TEST(DirectBlockedPieces, KnowsNoTilesThatDoNotFitRegisters) {
  for (const ChannelTileSize& size : {ChannelTileSize{15, 1, 2},
                                      {8, 2, 2},
                                      {10, 1, 3},
                                      {1, 1, 4},
                                      {1, 5, 1},
                                      {0, 1, 1},
                                      {1, 0, 1},
                                      {1, 1, 0}})
    EXPECT_THROW(channel_tile<float>(Isa::avx512, size), std::out_of_range);
  EXPECT_THROW(pixel_rows<float>(Isa::avx512, 8, 4), std::out_of_range);
  EXPECT_THROW(pixel_rows<float>(Isa::avx512, 5, 1), std::out_of_range);
  EXPECT_THROW(pixel_rows<float>(Isa::avx2, 8, 2), std::out_of_range);
}

TEST(DirectBlockedPieces, FiltersArePackedByProductWithZerosForThoseThatThereAreNot) {
  Device device = test_device(1);
  device.isa = Isa::generic;
  for (const char* const flip : {"", "_flip"}) {
    const ConvProblem problem =
        parse_problem(fmt::format("fwd.f32.nchw_n1c2i5k3f2s1p0d1g1{}", flip));
    const Blocking blocking(problem, {.form = Form::pixels, .rows = 4, .vectors = 1}, device);
    ASSERT_EQ(blocking.filter_elements, 16);
    std::vector<float> packed(16, 77);
    const std::vector<float> filter{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    pack_filters(blocking, filter.data(), packed.data());
    if (*flip == 0)
      EXPECT_THAT(packed, ElementsAre(1, 5, 9, 0, 2, 6, 10, 0, 3, 7, 11, 0, 4, 8, 12, 0));
    else
      EXPECT_THAT(packed, ElementsAre(2, 6, 10, 0, 1, 5, 9, 0, 4, 8, 12, 0, 3, 7, 11, 0));
  }
}

}  // namespace
}  // namespace convtune::direct_blocked
