// cpu.depthwise: its names, what it takes, and every instruction set around the edges of vectors,
// of tiles of rows and of small planes.
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "cpu/depthwise/column_kernel.hpp"
#include "cpu/depthwise/configuration.hpp"
#include "cpu/depthwise/plane_kernel.hpp"
#include "kernels/list.hpp"
#include "support/agreement.hpp"
#include "support/problems.hpp"
#include "support/run.hpp"

namespace convtune::depthwise {
namespace {

using namespace testing_support;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const Implementation& implementation() {
  return *find_implementation("cpu.depthwise");
}

std::vector<std::string> offered(const char* problem, Isa isa = Isa::generic) {
  Device device = test_device(1);
  device.isa = isa;
  std::vector<std::string> names;
  for (const Candidate& each : implementation().offer(parse_problem(problem), device).candidates)
    names.push_back(each.configuration);
  return names;
}

TEST(Depthwise, ConfigurationsAreWrittenInOneWay) {
  for (const char* const each :
       {"columns1", "columns4", "columns12", "planes", "padded", "channels"}) {
    const auto parsed = parse_configuration(each);
    ASSERT_TRUE(parsed) << each;
    EXPECT_EQ(text(*parsed), each);
  }
  for (const char* const each :
       {"", "columns", "columns0", "columns04", "columns-4", "columns4 ", "columns4.",
        "columns99999999999", "column4", "padded1", "flat", "channels "})
    EXPECT_FALSE(parse_configuration(each)) << each;
}

TEST(Depthwise, SaysWhatItDoesNotTake) {
  const auto reason = [](const char* problem) {
    const Offer offer = implementation().offer(parse_problem(problem), test_device(1));
    EXPECT_TRUE(offer.candidates.empty()) << problem;
    std::string reasons;
    for (const Refusal& each : offer.refusals) reasons += each.reason + "\n";
    return reasons;
  };
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9x9k4f3x3s1x1p1x1d1x1g2"), HasSubstr("groups"));
  EXPECT_THAT(reason("fwd.f32.nhwc_n1c4i9x9k4f3x3s1x1p1x1d1x1g4"), HasSubstr("channels first"));
  EXPECT_THAT(reason("fwd.bf16.nchw_n1c4i9x9k4f3x3s1x1p1x1d1x1g4"), HasSubstr("f32"));
  EXPECT_THAT(reason("bwdd.f32.nchw_n1c4i9x9k4f3x3s1x1p1x1d1x1g4"), HasSubstr("forward"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c4i9k4f3s400000000p999999999d1g4"), HasSubstr("workspace"));
}

TEST(Depthwise, FastKernelsAreOfferedForTheirFiltersOnly) {
  EXPECT_THAT(offered("fwd.f32.nchw_n1c4i56x56k4f3x3s1x1p1x1d1x1g4"), Contains("columns4"));
  EXPECT_THAT(offered("fwd.f32.nchw_n1c4i56x56k8f3x3s2x2p1x1d1x1g4"), Contains("columns2"));
  EXPECT_THAT(offered("fwd.f32.nchw_n1c4i56x56k4f3x3s1x1p2x2d2x2g4"), Not(Contains("columns2")));
  EXPECT_THAT(offered("fwd.f32.nchw_n1c4i56x56k4f3x3s1x1p2x2d1x1g4"), Not(Contains("columns2")));
  EXPECT_THAT(offered("fwd.f32.nchw_n1c4i56x56k4f3x3s1x2p1x1d1x1g4"), Not(Contains("columns2")));
  EXPECT_THAT(offered("fwd.f32.nchw_n1c4i56x56k4f3x3s1x2p1x1d1x1g4"), Contains("padded"));
}

TEST(Depthwise, ColumnsAreNoWiderThanTheirRows) {
  EXPECT_THAT(offered("fwd.f32.nchw_n1c4i9x14k4f3x3s1x1p1x1d1x1g4", Isa::avx512),
              AllOf(Contains("columns1"), Not(Contains("columns2")), Not(Contains("columns4"))));
  EXPECT_THAT(offered("fwd.f32.nchw_n1c4i9x28k4f3x3s1x1p1x1d1x1g4", Isa::avx512),
              AllOf(Contains("columns1"), Contains("columns2"), Not(Contains("columns4"))));
  EXPECT_THAT(offered("fwd.f32.nchw_n1c4i9x48k4f3x3s1x1p1x1d1x1g4", Isa::avx512),
              AllOf(Contains("columns1"), Contains("columns2"), Contains("columns4")));
}

TEST(Depthwise, ColumnsComeFirstForLargePlanesAndWholePlanesForSmallOnes) {
  EXPECT_EQ(offered("fwd.f32.nchw_n1c64i112x112k64f3x3s1x1p1x1d1x1g64", Isa::avx512).front(),
            "columns4");
  EXPECT_EQ(offered("fwd.f32.nchw_n1c64i7x7k64f3x3s1x1p1x1d1x1g64", Isa::avx512).front(), "planes");
  EXPECT_EQ(offered("fwd.f32.nchw_n1c64i5x5k64f2x2s2x2p1x1d1x1g64", Isa::avx512).front(),
            "channels");
}

TEST(Depthwise, PlanesAreTakenUpToTwoRowsOfOutputsInAVector) {
  const auto takes = [](const char* problem, Isa isa) {
    return testing::Value(offered(problem, isa), Contains("planes"));
  };
  EXPECT_TRUE(takes("fwd.f32.nchw_n1c4i9x7k4f3x3s1x1p1x1d1x1g4", Isa::avx512));
  EXPECT_FALSE(takes("fwd.f32.nchw_n1c4i9x8k4f3x3s1x1p1x1d1x1g4", Isa::avx512));
  EXPECT_TRUE(takes("fwd.f32.nchw_n1c4i9x15k4f3x3s2x2p1x1d1x1g4", Isa::avx512));
  EXPECT_FALSE(takes("fwd.f32.nchw_n1c4i9x16k4f3x3s2x2p1x1d1x1g4", Isa::avx512));
  EXPECT_FALSE(takes("fwd.f32.nchw_n1c4i9x15k4f5x5s2x2p2x2d1x1g4", Isa::avx512));
  EXPECT_FALSE(takes("fwd.f32.nchw_n1c4i9x7k4f3x3s1x1p1x1d1x1g4", Isa::avx2));
  EXPECT_TRUE(takes("fwd.f32.nchw_n1c4i9x7k4f3x3s2x2p1x1d1x1g4", Isa::avx2));
  EXPECT_FALSE(takes("fwd.f32.nchw_n1c4i9x7k4f3x3s1x1p0x0d1x1g4", Isa::avx512));
  EXPECT_FALSE(takes("fwd.f32.nchw_n1c4i9x7k4f3x3s1x2p1x1d1x1g4", Isa::avx512));
  EXPECT_FALSE(takes("fwd.f32.nchw_n1c4i9x7k4f7x7s1x1p3x3d1x1g4", Isa::avx512));
}

TEST(Depthwise, PlanesAreTakenIfTheyAreSquareAndKnown) {
  const auto takes = [](const char* problem, Isa isa) {
    return testing::Value(offered(problem, isa), Contains("planes"));
  };
  EXPECT_TRUE(takes("fwd.f32.nchw_n1c4i7x7k4f5x5s1x1p2x2d1x1g4", Isa::avx512));
  EXPECT_TRUE(takes("fwd.f32.nchw_n1c4i8x8k4f3x3s1x1p1x1d1x1g4", Isa::avx512));
  EXPECT_TRUE(takes("fwd.f32.nchw_n1c4i16x16k4f5x5s2x2p2x2d1x1g4", Isa::avx512));
  EXPECT_TRUE(takes("fwd.f32.nchw_n1c4i7x7k4f5x5s1x1p2x2d1x1g4", Isa::avx2));
  EXPECT_TRUE(takes("fwd.f64.nchw_n1c4i14x14k4f3x3s2x2p1x1d1x1g4", Isa::avx512));
  EXPECT_FALSE(takes("fwd.f32.nchw_n1c4i7x7k4f5x5s1x1p2x2d1x1g4", Isa::generic));
  EXPECT_FALSE(takes("fwd.f64.nchw_n1c4i7x7k4f5x5s1x1p2x2d1x1g4", Isa::avx2));
  EXPECT_FALSE(takes("fwd.f32.nchw_n1c4i8x7k4f5x5s1x1p2x2d1x1g4", Isa::avx512));
  EXPECT_FALSE(takes("fwd.f32.nchw_n1c4i7x7k4f5x5s1x1p1x1d1x1g4", Isa::avx512));
}

TEST(Depthwise, PreparesNothingElse) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c4i9x9k4f3x3s1x1p1x1d1x1g4");
  Candidate candidate = implementation().offer(problem, test_device(1)).candidates.front();
  for (const char* const each : {"columns3", "columns4", "columns99", "direct", ""}) {
    candidate.configuration = each;
    EXPECT_THROW(implementation().prepare(problem, candidate, test_device(1)), Error) << each;
  }
}

// What is forced is what runs: each instruction set has functions of its own.
TEST(Depthwise, InstructionSetsHaveKernelsOfTheirOwn) {
  const ColumnShape shape{.height = 3, .width = 3, .stride = 1, .vectors = 4};
  const std::set<RunColumn<float>> kernels{column_kernel<float>(Isa::generic, shape),
                                           column_kernel<float>(Isa::avx2, shape),
                                           column_kernel<float>(Isa::avx512, shape)};
  EXPECT_EQ(kernels.size(), 3U);
  EXPECT_FALSE(kernels.contains(nullptr));
  EXPECT_EQ(column_kernel<float>(Isa::generic, {.height = 3, .width = 3, .stride = 3}), nullptr);
  const std::set<RunPlane<float>> of_planes{plane_kernel<float>(Isa::generic, {.taps = 3}),
                                            plane_kernel<float>(Isa::avx2, {.taps = 3}),
                                            plane_kernel<float>(Isa::avx512, {.taps = 3})};
  EXPECT_EQ(of_planes.size(), 3U);
  EXPECT_FALSE(of_planes.contains(nullptr));
  const PlaneShape square{.taps = 5, .side = 7};
  EXPECT_NE(plane_kernel<float>(Isa::avx512, square), plane_kernel<float>(Isa::avx2, square));
  EXPECT_NE(plane_kernel<float>(Isa::avx512, square), nullptr);
}

// Rows of a vector less one, of one, of one more, with and without their padding, and of tiles.
std::vector<std::string> around_vectors() {
  const char* const filters[] = {
      "f3x3s1x1p1x1d1x1",  "f3x3s2x2p1x1d1x1", "f3x3s2x2p0x0d1x1", "f5x5s1x1p2x2d1x1",
      "f5x5s2x2p2x2d1x1",  "f7x7s1x1p3x3d1x1", "f7x7s2x2p3x3d1x1", "f3x3s3x3p1x1d1x1",
      "f5x5s4x4p2x2d1x1",  "f1x3s1x1p0x1d1x1", "f1x5s3x2p0x0d1x1", "f1x7s1x1p0x3d1x1",
      "f3x3s1x1p2x2d2x2",  "f3x3s3x2p1x1d1x1", "f2x4s1x3p1x1d1x2", "f1x1s1x1p0x0d1x1",
      "f3x3s1x1p9x20d1x1", "f3x3s1x1p9x1d1x1", "f3x3s1x1p0x0d1x1", "f5x5s2x2p4x1d1x1"};
  const char* const tails[] = {"", "_bias_relu", "_flip_acc", "_constw_bias_relu_acc"};
  std::vector<std::string> all;
  for (const char* const filter : filters)
    for (const int width : {5, 7, 8, 9, 14, 16, 17, 31, 33, 50, 70}) {
      const std::size_t number = all.size();
      const int multiplier = number % 3 == 2 ? 2 : 1, channels = 1 + width % 19;
      all.push_back(fmt::format("fwd.{}.nchw_n{}c{}i{}x{}k{}{}g{}{}",
                                number % 5 == 4 ? "f64" : "f32", 1 + number % 2, channels,
                                7 + number % 9, width, channels * multiplier, filter, channels,
                                tails[number % 4]));
    }
  // Square planes, and others of nearly their size.
  for (const char* const tail : tails)
    for (const char* const type : {"f32", "f64"})
      for (const char* const image :
           {"i7x7k19f5x5s1x1p2x2", "i8x8k19f5x5s1x1p2x2", "i9x7k19f5x5s1x1p2x2",
            "i8x7k19f5x5s1x1p2x2", "i7x7k19f3x3s1x1p1x1", "i8x8k19f3x3s1x1p1x1",
            "i14x14k19f3x3s2x2p1x1", "i16x16k19f3x3s2x2p1x1", "i14x14k19f5x5s2x2p2x2",
            "i16x16k19f5x5s2x2p2x2", "i13x14k19f3x3s2x2p1x1", "i14x14k19f3x3s2x2p1:0x1:0",
            "i7x7k38f3x3s1x1p1x1"})
        all.push_back(fmt::format("fwd.{}.nchw_n2c19{}d1x1g19{}", type, image, tail));
  for (const char* const each :
       {"fwd.f64.nchw_n2c3i7x7k6f5x5s1x1p2x2d1x1g3_acc",
        // Other padding behind rows and below them than ahead.
        "fwd.f32.nchw_n2c5i7x7k5f5x5s1x1p2x2:1d1x1g5",
        "fwd.f32.nchw_n2c5i8x8k5f5x5s1x1p2:1x2d1x1g5",
        "fwd.f32.nchw_n2c5i7x7k5f5x5s1x1p2x2:4d1x1g5",
        "fwd.f32.nchw_n2c5i7x7k5f5x5s1x1p2:3x2d1x1g5",
        "fwd.f64.nchw_n1c3i7x7k3f5x5s1x1p2:1x2:1d1x1g3",
        "fwd.f32.nchw_n1c3i7x7k3f3x3s1x1p1x1:2d1x1g3",
        "fwd.f32.nchw_n1c3i14x14k3f5x5s2x2p2x2:3d1x1g3",
        "fwd.f32.nchw_n1c3i4x4k3f5x5s1x1p2x2:6d1x1g3",
        "fwd.f64.nchw_n1c3i3x3k3f3x3s1x1p1x1:2d1x1g3",
        "fwd.f32.nchw_n1c3i7x7k3f3x3s1x1p1:0x1:0d1x1g3",
        "fwd.f64.nchw_n1c3i4x4k3f5x5s2x2p2x2:5d1x1g3",
        "fwd.f32.nchw_n1c3i7x7k3f3x3s1x1p1:3x1d1x1g3",
        "fwd.f32.nchw_n1c4i5x7x7k4f1x3x3s1x1x1p1:-1x1x1d1x1x1g4",
        "fwd.f32.nchw_n2c4i5x9x7k4f1x3x3s1x1x1p2:-2x1x1d1x1x1g4",
        "fwd.f32.nchw_n1c4i3x7x7k4f1x5x5s1x1x1p0x2x2d1x1x1g4_bias",
        "fwd.f32.nchw_n1c5i101k10f3s2p1d1g5_bias", "fwd.f64.nchw_n2c3i45k3f5s1p2d1g3",
        "fwd.f32.nchw_n1c3i90k3f31s1p15d2g3_flip", "fwd.f32.nchw_n1c1i3k1f3s1p5d1g1",
        "fwd.f32.nchw_n1c6i5x9x17k12f3x3x3s2x2x2p1x1x1d1x1x1g6_flip",
        "fwd.f32.nchw_n1c6i5x9x17k6f1x3x3s2x1x1p1x1x1d1x1x1g6_bias",
        "fwd.f32.nchw_n2c5i3x6x7k10f1x3x3s1x1x1p0x1x1d1x1x1g5_bias_relu",
        "fwd.f32.nchw_n3c33i3x3k33f3x3s1x1p1x1d1x1g33_bias_acc",
        "fwd.f32.nchw_n1c1i1x1k1f3x3s1x1p1x1d1x1g1", "fwd.f64.nchw_n1c19i2x2k19f1x1s1x1p0x0d1x1g19",
        "fwd.f32.nchw_n0c3i5x5k3f3x3s1x1p1x1d1x1g3"})
    all.emplace_back(each);
  return all;
}

TEST(Depthwise, AgreesAroundItsVectorsOnEveryInstructionSet) {
  expect_agreement_on_every_isa(implementation(), around_vectors(), {Gate::exact, Gate::scaled});
}

}  // namespace
}  // namespace convtune::depthwise
