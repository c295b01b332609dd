// cpu.pointwise: what it takes, and every instruction set around the edges of its vectors.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "cpu/pointwise/configuration.hpp"
#include "cpu/shared/pixel_tile.hpp"
#include "kernels/list.hpp"
#include "support/agreement.hpp"
#include "support/problems.hpp"

namespace convtune::pointwise {
namespace {

using namespace testing_support;
using testing::HasSubstr;
using testing::StartsWith;

const Implementation& implementation() {
  return *find_implementation("cpu.pointwise");
}

TEST(Pointwise, ConfigurationsAreWrittenInOneWay) {
  for (const char* const each :
       {"pixels8x3.block128k", "channels14x2.image", "channels6x4.filters"}) {
    const auto parsed = parse_configuration(each);
    ASSERT_TRUE(parsed) << each;
    EXPECT_EQ(text(*parsed), each);
  }
  for (const char* const each : {"", "pixels8x3", "pixels8x3.image", "channels14x2.block4k",
                                 "pixels08x3.block128k", "channels14x2.image "})
    EXPECT_FALSE(parse_configuration(each)) << each;
}

TEST(Pointwise, SaysWhatItDoesNotTake) {
  const auto reason = [](const char* problem) {
    const Offer offer = implementation().offer(parse_problem(problem), test_device(1));
    EXPECT_TRUE(offer.candidates.empty()) << problem;
    return offer.refusals.empty() ? "" : offer.refusals.front().reason;
  };
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9x9k4f1x3s1x1p0x0d1x1g1"), HasSubstr("one tap"));
  EXPECT_THAT(reason("fwd.f32.nhwc_n1c4i9x9k4f1x1s1x1p0x0d1x1g1"), HasSubstr("channels first"));
  EXPECT_THAT(reason("fwd.f16.nchw_n1c4i9x9k4f1x1s1x1p0x0d1x1g1"), HasSubstr("f32"));
  EXPECT_THAT(reason("bwdw.f32.nchw_n1c4i9x9k4f1x1s1x1p0x0d1x1g1"), HasSubstr("forward"));
}

TEST(Pointwise, PreparesNothingElse) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c4i2x2k4f1x1s1x1p0x0d1x1g1");
  Device device = test_device(1);
  Candidate candidate = implementation().offer(problem, device).candidates.front();
  for (const char* const each : {"pixels5x1.block128k", "pixels8x9.block128k", "channels99x2.image",
                                 "channels2x3.image", "direct"}) {
    candidate.configuration = each;
    EXPECT_THROW(implementation().prepare(problem, candidate, device), Error) << each;
  }
}

TEST(Pointwise, LongRowsAreReadAsTheyLieAndShortOnesTurned) {
  const auto likeliest = [](const char* problem) {
    const Offer offer = implementation().offer(parse_problem(problem), test_device(1));
    return std::ranges::min(offer.candidates, {}, &Candidate::slowdown).configuration;
  };
  EXPECT_THAT(likeliest("fwd.f32.nchw_n1c64i56x56k256f1x1s1x1p0x0d1x1g1"), StartsWith("pixels"));
  EXPECT_THAT(likeliest("fwd.f32.nchw_n1c512i7x7k512f1x1s1x1p0x0d1x1g1"), StartsWith("channels"));
}

TEST(Pointwise, OnlyWhatIsStridedTakesMemory) {
  const auto bytes = [](const char* problem) {
    const Offer offer = implementation().offer(parse_problem(problem), test_device(1));
    return offer.candidates.front().workspace_bytes;
  };
  EXPECT_EQ(bytes("fwd.f32.nchw_n1c64i56x56k256f1x1s1x1p0x0d1x1g1_constw"), 0U);
  EXPECT_EQ(bytes("fwd.f32.nchw_n1c64i56x56k256f1x1s2x2p0x0d1x1g1_constw"), 64U * 28 * 28 * 4);
}

TEST(Pointwise, AgreesAroundItsVectorsOnEveryInstructionSet) {
  std::vector<std::string> problems;
  for (const char* const image : {"i1x1", "i3x5", "i4x4", "i1x17", "i7x7", "i9x11"})
    for (const auto& [channels, filters] : {std::pair{1, 1}, {5, 9}, {16, 33}})
      for (const char* const rest :
           {"f1x1s1x1p0x0d1x1g1", "f1x1s1x1p0x0d1x1g1_constw_bias_relu", "f1x1s2x3p1x2d1x1g1_acc"})
        problems.push_back(
            fmt::format("fwd.f32.nchw_n2c{}{}k{}{}", channels, image, filters, rest));
  problems.emplace_back("fwd.f32.nchw_n2c12i6x7k30f1x1s1x1p0x0d1x1g3_constw");
  problems.emplace_back("fwd.f32.nchw_n1c5i3x4x5k7f1x1x1s1x2x1p0x0x0d1x1x1g1");
  problems.emplace_back("fwd.f64.nchw_n1c9i40k7f1s1p0d1g1_bias");
  expect_agreement_on_every_isa(implementation(), problems, {Gate::exact});
}

TEST(PixelTile, EachInstructionSetHasKernelsOfItsOwn) {
  const auto of = [](Isa isa) { return cpu::pixel_tile<float>(isa, 8, 1); };
  EXPECT_NE(of(Isa::generic), of(Isa::avx2));
  EXPECT_NE(of(Isa::avx2), of(Isa::avx512));
  EXPECT_THROW(cpu::pixel_tile<float>(Isa::avx512, 5, 1), std::out_of_range);
  EXPECT_THROW(cpu::pixel_tile<float>(Isa::avx2, 8, 2), std::out_of_range);
}

}  // namespace
}  // namespace convtune::pointwise
