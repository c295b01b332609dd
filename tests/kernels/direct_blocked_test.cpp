// cpu.direct_blocked: its pieces alone, what it takes, and every instruction set around the edges
// of vectors, of tiles and of blocks.
#include <random>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "cpu/direct_blocked/channel_tile.hpp"
#include "cpu/direct_blocked/configuration.hpp"
#include "cpu/direct_blocked/filters.hpp"
#include "cpu/direct_blocked/pixel_rows.hpp"
#include "cpu/direct_blocked/row_copy.hpp"
#include "cpu/direct_blocked/turned_store.hpp"
#include "cpu/shared/lanes.hpp"
#include "kernels/list.hpp"
#include "support/agreement.hpp"
#include "support/problems.hpp"

namespace convtune::direct_blocked {
namespace {

using namespace testing_support;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const Implementation& implementation() {
  return *find_implementation("cpu.direct_blocked");
}

std::vector<Isa> isas() {
  std::vector<Isa> all{Isa::generic};
  const Isa here = test_device(1).isa;
  if (here >= Isa::avx2) all.push_back(Isa::avx2);
  if (here >= Isa::avx512) all.push_back(Isa::avx512);
  return all;
}

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

TEST(DirectBlocked, ConfigurationsAreWrittenInOneWay) {
  for (const char* const each : {"channels14x2.rows8", "channels9x3.filters", "pixels8x3.rows4"}) {
    const auto parsed = parse_configuration(each);
    ASSERT_TRUE(parsed) << each;
    EXPECT_EQ(text(*parsed), each);
  }
  for (const char* const each : {"", "channels14x2", "channels14x2.rows0", "channels14x2.rows",
                                 "channels014x2.rows8", "channels14x2.filters ", "pixels8.rows4"})
    EXPECT_FALSE(parse_configuration(each)) << each;
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

TEST(DirectBlocked, RowsAreSplitByThePhasesOfTheStride) {
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

TEST(DirectBlocked, TilesOfChannelsAreSummedInEverySizeOfEveryInstructionSet) {
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

TEST(DirectBlocked, TilesOfPixelsAreSummedAndFinishedOnEveryInstructionSet) {
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

TEST(DirectBlocked, SumsAreTurnedWithoutTouchingWhatIsBeside) {
  for (const Isa isa : isas())
    for (const std::int64_t pixels : {1, 2, 7, 15, 16, 17, 33}) {
      for (int channels = 1; channels <= lanes_of<float>(isa); ++channels)
        check_turned_store<float>(isa, pixels, channels);
      for (int channels = 1; channels <= lanes_of<double>(isa); ++channels)
        check_turned_store<double>(isa, pixels, channels);
    }
}

TEST(DirectBlocked, EachInstructionSetHasKernelsOfItsOwn) {
  const auto channels = [](Isa isa) { return channel_tile<float>(isa, {2, 1, 2}); };
  const auto pixels = [](Isa isa) { return pixel_rows<float>(isa, 8, 1); };
  EXPECT_NE(channels(Isa::generic), channels(Isa::avx2));
  EXPECT_NE(channels(Isa::avx2), channels(Isa::avx512));
  EXPECT_NE(pixels(Isa::generic), pixels(Isa::avx2));
  EXPECT_NE(pixels(Isa::avx2), pixels(Isa::avx512));
  EXPECT_NE(row_copy<float>(Isa::avx2), row_copy<float>(Isa::avx512));
  EXPECT_NE(turned_store<float>(Isa::avx2), turned_store<float>(Isa::avx512));
}

TEST(DirectBlocked, KnowsNoTilesThatDoNotFitRegisters) {
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

TEST(DirectBlocked, FiltersArePackedByProductWithZerosForThoseThatThereAreNot) {
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

TEST(DirectBlocked, SaysWhatItDoesNotTake) {
  const auto reason = [](const char* problem) {
    const Offer offer = implementation().offer(parse_problem(problem), test_device(1));
    EXPECT_TRUE(offer.candidates.empty()) << problem;
    return offer.refusals.empty() ? "" : offer.refusals.front().reason;
  };
  EXPECT_THAT(reason("fwd.f32.nhwc_n1c4i9x9k4f3x3s1x1p0x0d1x1g1"), HasSubstr("channels first"));
  EXPECT_THAT(reason("fwd.bf16.nchw_n1c4i9x9k4f3x3s1x1p0x0d1x1g1"), HasSubstr("f32"));
  EXPECT_THAT(reason("bwdd.f32.nchw_n1c4i9x9k4f3x3s1x1p0x0d1x1g1"), HasSubstr("forward"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9k4f3s1p499999999d499999999g1"), HasSubstr("workspace"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9x9k4f3x3s1x1p499999999x499999999d499999999x499999999g1"),
              HasSubstr("workspace"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c1i2000000k1f2000000s1p0d1g1"), HasSubstr("taps"));
}

std::vector<std::string> offered(const char* problem, int threads = 1) {
  Device device = test_device(threads);
  device.isa = Isa::avx512;
  device.l2_bytes = 1 << 20;
  std::vector<std::string> names;
  const Offer offer = implementation().offer(parse_problem(problem), device);
  EXPECT_TRUE(std::ranges::is_sorted(offer.candidates, {}, &Candidate::slowdown)) << problem;
  for (const Candidate& each : offer.candidates) names.push_back(each.configuration);
  return names;
}

TEST(DirectBlocked, PixelsAreLanesInFirstLayersAndChannelsInDeepOnes) {
  EXPECT_THAT(offered("fwd.f32.nchw_n1c3i224x224k64f7x7s2x2p3x3d1x1g1").front(),
              StartsWith("pixels8x3."));
  EXPECT_THAT(offered("fwd.f32.nchw_n1c3i224x224k32f3x3s2x2p1x1d1x1g1").front(),
              StartsWith("pixels8x3."));
  EXPECT_THAT(offered("fwd.f32.nchw_n1c128i56x56k128f3x3s2x2p1x1d1x1g1").front(),
              StartsWith("channels14x2."));
  EXPECT_THAT(offered("fwd.f32.nchw_n1c512i14x14k512f3x3s2x2p1x1d1x1g1").front(),
              StartsWith("channels14x2."));
  EXPECT_THAT(offered("fwd.f32.nchw_n1c128i56x56k128f3x3s1x1p1x1d1x1g32").front(),
              StartsWith("pixels4x"));
}

TEST(DirectBlocked, RowsOfOneImageAreSharedWithoutSharingFilters) {
  EXPECT_THAT(offered("fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1", 2),
              Each(testing::Not(HasSubstr("filters"))));
  EXPECT_THAT(offered("fwd.f32.nchw_n1c64i16000k64f3s1p1d1g1", 2).front(), HasSubstr("filters"));
}

TEST(DirectBlocked, FiltersThatOneCoreCannotKeepAreShared) {
  EXPECT_EQ(offered("fwd.f32.nchw_n1c512i14x14k512f3x3s2x2p1x1d1x1g1", 2).front(),
            "channels14x2.filters");
  EXPECT_THAT(offered("fwd.f32.nchw_n1c512i14x14k512f3x3s2x2p1x1d1x1g1", 1),
              Each(testing::Not(HasSubstr("filters"))));
}

TEST(DirectBlocked, WhatHasNoBorderIsReadWhereItLies) {
  const auto bytes = [](const char* problem) {
    Candidate candidate =
        implementation().offer(parse_problem(problem), test_device(1)).candidates.front();
    return candidate.workspace_bytes;
  };
  // The sums of four rows, and three rows of inputs more for each of theirs.
  EXPECT_LT(bytes("fwd.f32.nchw_n1c64i58x58k64f3x3s1x1p0x0d1x1g1_constw"), 40U << 10);
  EXPECT_GT(bytes("fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1_constw"), 40U << 10);
}

TEST(DirectBlocked, PreparesNothingElse) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c4i9x9k4f3x3s1x1p1x1d1x1g1");
  const Device device = test_device(1);
  Candidate candidate = implementation().offer(problem, device).candidates.front();
  for (const char* const each : {"channels15x2.rows1", "channels1x4.rows1", "pixels5x1.rows1",
                                 "pixels8x9.rows1", "channels14x2", "direct", ""}) {
    candidate.configuration = each;
    EXPECT_THROW(implementation().prepare(problem, candidate, device), Error) << each;
  }
}

std::vector<std::string> problems_around_edges() {
  std::vector<std::string> problems;
  for (const char* const image : {"i1x1", "i3x7", "i5x14", "i4x15", "i7x7", "i6x16", "i5x33"})
    for (const auto& [channels, filters] : {std::pair{1, 1}, {3, 9}, {17, 35}})
      for (const char* const rest : {"f3x3s1x1p1x1d1x1g1_constw", "f3x3s2x2p1x1d1x1g1_bias_relu",
                                     "f1x1s1x1p0x0d1x1g1", "f2x3s3x3p2x4d1x1g1_constw_acc"})
        problems.push_back(
            fmt::format("fwd.f32.nchw_n1c{}{}k{}{}", channels, image, filters, rest));
  for (const char* const each :
       {"n2c12i9x18k30f3x3s1x1p1x1d1x1g3_constw", "n2c32i6x9k32f3x3s1x2p1x1d1x1g8",
        "n1c5i11x20k7f3x3s1x1p2x4d2x4g1_flip", "n1c5i11x20k7f3x3s2x2p2x3d2x3g1",
        "n1c4i9x9k9f3x3s5x4p0x0d1x1g1", "n1c4i18x18k33f3x3s1x1p0x0d1x1g1",
        "n2c3i5x6x17k9f3x2x3s2x1x2p1x0x1d1x2x1g1_bias_relu",
        "n1c2i4x5x6k20f2x2x2s1x1x1p0x0x0d1x1x1g1", "n2c6i50k18f5s2p2d1g2_bias_acc",
        "n1c3i40k64f4s1p1d3g1_flip"})
    problems.push_back(fmt::format("fwd.f32.nchw_{}", each));
  problems.emplace_back("fwd.f64.nchw_n1c9i6x19k19f3x3s1x1p1x1d1x1g1_bias");
  problems.emplace_back("fwd.f64.nchw_n2c4i6x19k10f3x3s2x2p1x1d1x1g2_constw_relu");
  return problems;
}

// Blocks of one row, of several, and of the whole image.
TEST(DirectBlocked, AgreesAroundItsEdgesOnEveryInstructionSet) {
  for (const std::string& each : problems_around_edges()) {
    const ConvProblem problem = parse_problem(each);
    const Case given(problem, Gate::exact);
    for (const Isa isa : isas())
      for (const auto& [threads, l2_bytes] : {std::pair{1, 1 << 20}, {2, 1 << 12}}) {
        Device device = test_device(threads);
        device.isa = isa;
        device.l2_bytes = static_cast<std::size_t>(l2_bytes);
        const Offer offer = implementation().offer(problem, device);
        ASSERT_FALSE(offer.candidates.empty()) << each;
        for (const Candidate& candidate : offer.candidates)
          ASSERT_TRUE(agrees(given, implementation(), candidate, device))
              << static_cast<int>(isa) << " " << reproduction(problem, candidate);
      }
  }
}

TEST(DirectBlocked, EveryTileAgreesAlsoWhereItIsNotOffered) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c3i6x37k29f3x3s2x2p1x1d1x1g1_bias");
  const Case given(problem, Gate::exact);
  for (const Isa isa : isas()) {
    Device device = test_device(2);
    device.isa = isa;
    Candidate candidate = implementation().offer(problem, device).candidates.front();
    for (const char* const each : {"channels1x1.rows2", "channels4x2.filters", "channels3x3.rows1",
                                   "pixels4x1.filters", "pixels6x1.rows2", "pixels8x1.rows9"}) {
      candidate.configuration = each;
      candidate.workspace_bytes =
          implementation().prepare(problem, candidate, device)->workspace_bytes();
      EXPECT_TRUE(agrees(given, implementation(), candidate, device))
          << static_cast<int>(isa) << " " << each;
    }
  }
}

}  // namespace
}  // namespace convtune::direct_blocked
