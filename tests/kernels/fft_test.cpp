// cpu.fft: what it takes, every instruction set around the edges of its tiles, and bounds that let
// no wrong product through.
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "cpu/fft/configuration.hpp"
#include "kernels/list.hpp"
#include "support/agreement.hpp"
#include "support/one_product_less.hpp"
#include "support/problems.hpp"

namespace convtune::fft {
namespace {

using namespace testing_support;
using testing::HasSubstr;

const Implementation& implementation() {
  return *find_implementation("cpu.fft");
}

TEST(Fft, ConfigurationsAreWrittenInOneWay) {
  for (const char* const each : {"tile16.6x2.rows3", "tile32.14x1.filters", "tile8.1x1.rows12"}) {
    const auto parsed = parse_configuration(each);
    ASSERT_TRUE(parsed) << each;
    EXPECT_EQ(text(*parsed), each);
  }
  for (const char* const each :
       {"", "tile16", "tile16.6x2", "tile16.6x2.rows0", "tile016.6x2.rows1", "tile16.6x2.rows3 ",
        "tile16.6x2.filters1", "tile16.-1x2.rows1", "tile16.6x2.rows99999999999999999999",
        "f16.6x2.rows1"})
    EXPECT_FALSE(parse_configuration(each)) << each;
}

TEST(Fft, SaysWhatItDoesNotTake) {
  const auto reason = [](const char* problem) {
    const Offer offer = implementation().offer(parse_problem(problem), test_device(1));
    EXPECT_TRUE(offer.candidates.empty()) << problem;
    return offer.refusals.empty() ? "" : offer.refusals.front().reason;
  };
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9x9k4f3x3s2x1p1x1d2x1g1"), HasSubstr("dilated"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9x9k4f1x1s1x1p0x0d1x1g1"), HasSubstr("stride"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c1i9x9k4f3x3s4294967296x1p1x1d1x1g1"),
              HasSubstr("below 2^31"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9x9k4f3x3s3x3p0x0d1x1g1"), HasSubstr("stride"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9k4f3s1p1d1g1"), HasSubstr("two axes or three"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9x9x9k4f3x1x1s1x1x1p1x0x0d1x1x1g1"), HasSubstr("stride"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i70x70k4f65x3s1x1p0x0d1x1g1"), HasSubstr("64 pixels"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c0i9x9k4f3x3s1x1p1x1d1x1g1"), HasSubstr("no channels"));
  EXPECT_THAT(reason("fwd.f32.nhwc_n1c4i9x9k4f3x3s1x1p1x1d1x1g1"), HasSubstr("channels first"));
  EXPECT_THAT(reason("fwd.bf16.nchw_n1c4i9x9k4f3x3s1x1p1x1d1x1g1"), HasSubstr("f32"));
  EXPECT_THAT(reason("bwdd.f32.nchw_n1c4i9x9k4f3x3s1x1p1x1d1x1g1"), HasSubstr("forward"));
}

TEST(Fft, PreparesNothingElse) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c4i19x19k4f9x9s1x1p1x1d1x1g1");
  Candidate candidate = implementation().offer(problem, test_device(1)).candidates.front();
  for (const char* const each : {"tile18.2x2.rows1", "tile16.15x1.rows1", "tile16.2x3.rows1",
                                 "tile8.2x2.rows1", "f2.2x2.rows1"}) {
    candidate.configuration = each;
    EXPECT_THROW(implementation().prepare(problem, candidate, test_device(1)), Error) << each;
  }
}

TEST(Fft, OffersSeveralSizesOfTilesAndAFewCandidates) {
  for (const char* const each : {"fwd.f32.nchw_n1c64i56x56k64f5x5s1x1p2x2d1x1g1_constw",
                                 "fwd.f32.nchw_n8c3i20x20k5f11x11s1x1p5x5d1x1g1"}) {
    std::set<int> tiles;
    const Offer offer = implementation().offer(parse_problem(each), test_device(2));
    for (const Candidate& candidate : offer.candidates)
      tiles.insert(parse_configuration(candidate.configuration)->tile);
    EXPECT_GE(tiles.size(), 2U) << each;
    EXPECT_GE(offer.candidates.size(), 4U) << each;
    EXPECT_LE(offer.candidates.size(), 8U) << each;
  }
}

// Both of Theano's names for the family pick it on a CPU.
TEST(Fft, GoesByTheTagsOfItsFamily) {
  EXPECT_THAT(implementation().tags(), testing::ElementsAre("fft", "fft_tiling"));
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c4i9x9k4f3x3s1x1p1x1d1x1g1");
  for (const Candidate& each : implementation().offer(problem, test_device(1)).candidates)
    EXPECT_EQ(each.tags, implementation().tags());
}

// Images around the smaller tiles and beyond, with channels around a vector.
std::vector<std::string> around_tiles(const char* filter, int least) {
  std::vector<std::string> all;
  const int sizes[] = {least, 9, 16, 35};
  const int channels[] = {1, 5, 16, 19};
  for (int i = 0; i < 4; ++i) {
    const int size = std::max(least, sizes[i]);
    for (const char* const tail : {"", "_constw_bias_relu", "_acc"})
      all.push_back(fmt::format("fwd.f32.nchw_n2c{}i{}x{}k{}{}{}", channels[i], size + i % 2, size,
                                channels[3 - i] + 1, filter, tail));
  }
  return all;
}

std::vector<std::string> problems_around_tiles() {
  std::vector<std::string> problems;
  for (const auto& [filter, least] : {std::pair{"f3x3s1x1p1x1d1x1g1", 3},
                                      {"f5x5s1x1p0x2d1x1g1_flip", 5},
                                      {"f7x7s1x1p3x3d1x1g1", 7},
                                      {"f11x11s1x1p5x5d1x1g1", 11},
                                      {"f1x9s1x1p0x4d1x1g1", 9},
                                      {"f8x1s1x1p7x0d1x1g1_flip", 8},
                                      {"f4x2s1x1p1:2x0:1d1x1g1", 4},
                                      {"f3x3s1x1p2x3d2x3g1", 7},
                                      {"f5x5s2x2p2x2d1x1g1", 5},
                                      {"f4x7s3x2p1:0x3d1x1g1_flip", 7},
                                      {"f11x3s4x1p2x1d1x1g1", 11},
                                      {"f1x5s2x3p0x2d1x1g1", 5}})
    for (std::string& each : around_tiles(filter, least)) problems.push_back(std::move(each));
  // Filters that fill a tile, groups, doubles, and outputs that see little else than borders.
  for (const char* const each :
       {"fwd.f32.nchw_n1c2i32x33k3f32x32s1x1p1x0d1x1g1",
        "fwd.f32.nchw_n1c3i30x30k2f16x9s1x1p2x2d1x1g1",
        "fwd.f32.nchw_n1c2i40x70k17f33x41s1x1p9x20d1x1g1_constw",
        "fwd.f32.nchw_n1c3i64x60k2f64x50s1x1p10x0d1x1g1_bias",
        "fwd.f32.nchw_n2c6i20x21k34f5x5s1x1p2x2d1x1g2_constw",
        "fwd.f32.nchw_n2c6i20x21k10f5x5s2x2p2x2d1x1g2_bias",
        "fwd.f64.nchw_n1c7i44x31k9f40x11s3x4p2x2d1x1g1_flip_constw",
        "fwd.f64.nchw_n2c10i20x21k12f5x5s1x1p2x2d1x1g2_bias_relu",
        "fwd.f64.nchw_n1c3i30x9k9f7x3s1x1p2x2d2x1g1_flip_constw",
        "fwd.f32.nchw_n1c4i12x12k5f3x3s1x1p20x20d1x1g1",
        "fwd.f32.nchw_n1c1i5x5k1f3x3s1x1p7x7d1x1g1", "fwd.f32.nchw_n3c1i2x3k16f3x3s1x1p6x3d1x1g1",
        "fwd.f32.nchw_n2c16i5x20x21k5f3x3x3s1x1x1p1x1x1d1x1x1g1_constw",
        "fwd.f32.nchw_n2c3i6x20x21k17f3x5x5s2x1x1p2x2x2d1x1x1g1_bias",
        "fwd.f32.nchw_n1c6i9x12x13k4f4x5x3s3x2x2p5x1x1d2x1x1g2_flip_relu",
        "fwd.f32.nchw_n2c32i4x11x9k20f2x3x3s1x1x1p3x1x1d3x2x2g2_flip",
        "fwd.f64.nchw_n1c9i7x10x31k3f3x7x7s1x1x2p0x3x3d2x1x1g1_constw",
        "fwd.f64.nchw_n1c8i3x9x9k2f1x3x3s2x1x1p0x1x1d1x1x1g1_flip"})
    problems.emplace_back(each);
  return problems;
}

/// What is offered, and one of every size of tiles that is not among it.
std::vector<Candidate> one_of_each_size(const ConvProblem& problem, const Device& device) {
  std::vector<Candidate> all = implementation().offer(problem, device).candidates;
  for (const int size : {8, 12, 16, 20, 24, 32}) {
    if (std::ranges::any_of(problem->axes().last(2),
                            [&](const Axis& axis) { return axis.filter > size; }))
      continue;
    Candidate candidate = all.front();
    candidate.configuration = fmt::format("tile{}.2x1.rows3", size);
    const auto plan = implementation().prepare(problem, candidate, device);
    candidate.workspace_bytes = plan->workspace_bytes();
    all.push_back(std::move(candidate));
  }
  return all;
}

TEST(Fft, AgreesAroundItsTilesOnEveryInstructionSet) {
  for (const std::string& each : problems_around_tiles()) {
    const ConvProblem problem = parse_problem(each);
    const Case given(problem, Gate::scaled);
    for (const Device& device : devices_of_every_isa()) {
      ASSERT_FALSE(implementation().offer(problem, device).candidates.empty()) << each;
      for (const Candidate& candidate : one_of_each_size(problem, device))
        ASSERT_TRUE(agrees(given, implementation(), candidate, device))
            << name(device.isa) << ' ' << reproduction(problem, candidate);
    }
  }
}

// Rows of several images are one block, and one that ends within an image.
TEST(Fft, BlocksMayHoldSeveralImages) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n5c3i20x11k4f3x3s1x1p1x1d2x1g1_constw");
  const Case given(problem, Gate::scaled);
  for (const int threads : {1, 2}) {
    const Device device = test_device(threads);
    Candidate candidate = implementation().offer(problem, device).candidates.front();
    for (const int rows : {1, 3, 4, 7, 10}) {
      candidate.configuration = fmt::format("tile8.3x1.rows{}", rows);
      candidate.workspace_bytes =
          implementation().prepare(problem, candidate, device)->workspace_bytes();
      EXPECT_TRUE(agrees(given, implementation(), candidate, device)) << text(candidate);
    }
  }
}

// What is forced is what runs: memory is laid out for its vectors.
TEST(Fft, InstructionSetsPackFiltersForTheirVectors) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c4i9x9k3f3x3s1x1p1x1d1x1g1_constw");
  Device device = test_device(1);
  std::vector<std::size_t> bytes;
  for (const Isa isa : {Isa::generic, Isa::avx2, Isa::avx512}) {
    device.isa = isa;
    Candidate candidate = implementation().offer(problem, device).candidates.front();
    candidate.configuration = "tile16.2x1.rows1";
    bytes.push_back(implementation().prepare(problem, candidate, device)->bytes(Role::filter));
  }
#if defined(__x86_64__)
  const std::size_t one = 130 * 4 * 2 * sizeof(float);  // points, channels, complex numbers
  EXPECT_THAT(bytes, testing::ElementsAre(4 * one, 8 * one, 16 * one));
#endif
}

// The bound of each tile size is far below what one product too few makes of one output.
TEST(Fft, ItsBoundsLetNoWrongProductThrough) {
  for (const auto& [each, products] :
       {std::pair{"fwd.f32.nchw_n1c64i14x14k16f3x3s1x1p1x1d1x1g1", 64 * 9},
        {"fwd.f32.nchw_n1c64i14x14k16f11x11s1x1p5x5d1x1g1", 64 * 121}}) {
    constexpr double epsilon = 0x1p-23;
    for (const Candidate& candidate :
         implementation().offer(parse_problem(each), test_device(1)).candidates)
      EXPECT_LT(candidate.error_factor * epsilon * 20, 1.0 / products) << text(candidate);
  }
}

TEST(Fft, OneProductLessIsFound) {
  expect_one_product_less_is_found(implementation());
}

TEST(Fft, NothingToComputeIsFine) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n0c4i9x9k4f3x3s1x1p1x1d1x1g1");
  for (const Candidate& candidate : implementation().offer(problem, test_device(2)).candidates)
    EXPECT_TRUE(agrees(Case(problem, Gate::scaled), implementation(), candidate, test_device(2)));
}

}  // namespace
}  // namespace convtune::fft
