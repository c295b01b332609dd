// cpu.direct_blocked: what it takes and tries, and every instruction set around the edges of
// vectors, of tiles and of blocks.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "cpu/direct_blocked/configuration.hpp"
#include "kernels/list.hpp"
#include "support/agreement.hpp"
#include "support/problems.hpp"

namespace convtune::direct_blocked {
namespace {

using namespace testing_support;
using testing::Each;
using testing::HasSubstr;
using testing::StartsWith;

const Implementation& implementation() {
  return *find_implementation("cpu.direct_blocked");
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
