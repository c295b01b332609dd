// The engines of cuDNN 9.19 on an H200 that is not here: sets and counts that were read once from
// the library itself, by a program of its own.
#include "engines.hpp"

#include <array>
#include <vector>

#include <gmock/gmock.h>

#include "h200.hpp"
#include "library.hpp"

namespace convtune::cudnn {
namespace {

using testing::ElementsAreArray;

using Numbers = std::vector<std::int64_t>;

const Numbers fwd = {0, 1, 2, 22, 23, 27, 28, 35, 38, 41, 45, 46, 47, 48, 62, 67, 70};
const Numbers bwdd = {0,  1,  2,  22, 23, 24, 25, 27, 28, 34, 40, 43, 46, 49,
                      53, 56, 57, 58, 59, 60, 64, 65, 67, 71, 73, 74, 76};
const Numbers bwdw = {0,  1,  9,  10, 15, 20, 22, 23, 24, 25, 30, 33, 34,
                      37, 38, 39, 40, 45, 46, 47, 48, 49, 50, 65, 67, 68};

struct Known {
  const char* name;
  const char* problem;
  Numbers engines;
  std::array<std::size_t, 3> heuristics;  ///< modes A, B, FALLBACK
};

class Engines919 : public testing::TestWithParam<Known> {
 protected:
  void SetUp() override { CONVTUNE_SKIP_UNLESS_919(); }

  Engines engines() const {
    const ConvProblem problem = parse_problem(GetParam().problem);
    return {graph(problem, channels_last(problem, false)), h200()};
  }
};

TEST_P(Engines919, AreTheOnesThatAreKnown) {
  const Engines engines = this->engines();
  Numbers supported;
  for (std::int64_t number = 0; number < engines.count(); ++number) {
    const auto found = engines.check({.engine = number, .knobs = {}});
    if (const auto* const refused = std::get_if<Unsupported>(&found))
      EXPECT_THAT(refused->reason, testing::StartsWith("NOT_SUPPORTED")) << number;
    else
      supported.push_back(number);
  }
  EXPECT_THAT(supported, ElementsAreArray(GetParam().engines));
}

TEST_P(Engines919, AreNamedByTheHeuristicsAsOften) {
  const Engines engines = this->engines();
  EXPECT_EQ(engines.heuristics(CUDNN_HEUR_MODE_A).size(), GetParam().heuristics[0]);
  EXPECT_EQ(engines.heuristics(CUDNN_HEUR_MODE_B).size(), GetParam().heuristics[1]);
  EXPECT_EQ(engines.heuristics(CUDNN_HEUR_MODE_FALLBACK).size(), GetParam().heuristics[2]);
}

// What a candidate's text says makes the same configuration again.
TEST_P(Engines919, AreMadeAgainFromTheirText) {
  const Engines engines = this->engines();
  for (const auto mode : {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_B, CUDNN_HEUR_MODE_FALLBACK})
    for (const Supported& each : engines.heuristics(mode)) {
      SCOPED_TRACE(text(each.configuration));
      const auto read = parse_configuration(text(each.configuration));
      ASSERT_EQ(read, each.configuration);
      const auto again = engines.check(*read);
      ASSERT_TRUE(std::holds_alternative<Supported>(again));
      EXPECT_EQ(std::get<Supported>(again).configuration, each.configuration);
      EXPECT_EQ(std::get<Supported>(again).workspace_bytes, each.workspace_bytes);
    }
}

INSTANTIATE_TEST_SUITE_P(
    H200, Engines919,
    testing::Values(
        Known{"fwd_f16", "fwd.f16.nhwc_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", fwd, {40, 73, 3}},
        Known{"bwdd_f16", "bwdd.f16.nhwc_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", bwdd, {40, 71, 3}},
        Known{"bwdw_f16", "bwdw.f16.nhwc_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", bwdw, {40, 62, 3}},
        Known{"fwd_f32", "fwd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", fwd, {35, 37, 4}},
        Known{"bwdd_f32", "bwdd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", bwdd, {31, 32, 4}},
        Known{"bwdw_f32", "bwdw.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", bwdw, {17, 20, 6}},
        Known{"fwd_f32_depthwise",
              "fwd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g128",
              {0, 1, 2, 22, 23, 27, 28, 35, 45, 46, 67, 70},
              {2, 2, 13}},
        Known{"fwd_f64",
              "fwd.f64.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1",
              {0, 1, 2, 28},
              {1, 1, 4}},
        Known{"bwdd_f64",
              "bwdd.f64.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1",
              {0, 1, 2, 25},
              {3, 3, 4}},
        Known{
            "bwdw_f64", "bwdw.f64.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", {0, 1, 20}, {1, 1, 5}},
        // Integers: forward only, and fast in channels last with multiples of 16 channels.
        Known{"fwd_s8",
              "fwd.s8.nhwc_n32c128i56x56k128f3x3s1x1p1x1d1x1g1",
              {0, 28, 60, 69},
              {9, 10, 4}},
        Known{"fwd_s8_32_channels",
              "fwd.s8.nhwc_n32c32i56x56k32f3x3s1x1p1x1d1x1g1",
              {0, 28, 60, 69},
              {10, 11, 3}},
        Known{"fwd_s8_16_channels",
              "fwd.s8.nhwc_n32c16i56x56k16f3x3s1x1p1x1d1x1g1",
              {0, 28, 60, 69},
              {11, 11, 2}},
        Known{
            "fwd_s8_4_channels", "fwd.s8.nhwc_n32c4i56x56k4f3x3s1x1p1x1d1x1g1", {0, 28}, {2, 2, 2}},
        Known{
            "fwd_s8_3_channels", "fwd.s8.nhwc_n32c3i56x56k5f3x3s1x1p1x1d1x1g1", {0, 28}, {2, 2, 2}},
        Known{"fwd_s8_channels_first",
              "fwd.s8.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1",
              {0},
              {0, 1, 2}},
        Known{"fwd_s8_to_s32",
              "fwd.s8:s8:s32.nhwc_n32c128i56x56k128f3x3s1x1p1x1d1x1g1",
              {0, 28},
              {0, 0, 4}},
        Known{"fwd_s8_to_f32",
              "fwd.s8:s8:f32.nhwc_n32c128i56x56k128f3x3s1x1p1x1d1x1g1",
              {0, 28},
              {0, 0, 4}},
        Known{"fwd_u8", "fwd.u8:s8:s32.nhwc_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", {0}, {0, 0, 2}},
        Known{"bwdd_s8", "bwdd.s8.nhwc_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", {}, {0, 0, 0}},
        Known{"bwdw_s8", "bwdw.s8.nhwc_n32c128i56x56k128f3x3s1x1p1x1d1x1g1", {}, {0, 0, 0}}),
    [](const auto& tested) { return tested.param.name; });

// The workspace of an explicit matrix of columns is that matrix: c kh kw oh ow n values.
TEST(CudnnEngines, SayTheirWorkspaceWithoutAPlan) {
  CONVTUNE_SKIP_UNLESS_919();
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1");
  const Engines engines(graph(problem, {}), h200());
  const auto found = engines.check({.engine = 2, .knobs = {}});
  ASSERT_TRUE(std::holds_alternative<Supported>(found));
  EXPECT_EQ(std::get<Supported>(found).workspace_bytes, 128U * 9 * 56 * 56 * 32 * 4);
}

TEST(CudnnEngines, AreRefusedInTheLibrarysOwnWords) {
  CONVTUNE_SKIP_UNLESS_919();
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1");
  const Engines engines(graph(problem, {}), h200());
  const auto found = engines.check({.engine = 5, .knobs = {}});
  ASSERT_TRUE(std::holds_alternative<Unsupported>(found));
  EXPECT_THAT(
      std::get<Unsupported>(found).reason,
      testing::AllOf(testing::StartsWith("NOT_SUPPORTED"), testing::HasSubstr("per group")));
}

TEST(CudnnEngines, RefuseKnobsThatTheyDoNotHave) {
  CONVTUNE_SKIP_UNLESS_919();
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1");
  const Engines engines(graph(problem, {}), h200());
  const auto refused = [&](const Configuration& configuration) {
    try {
      return std::holds_alternative<Unsupported>(engines.check(configuration));
    } catch (const Failure&) {
      return true;
    }
  };
  EXPECT_TRUE(refused({.engine = 0, .knobs = {{CUDNN_KNOB_TYPE_TILE_SIZE, 1}}}));
  EXPECT_TRUE(refused({.engine = 1, .knobs = {{CUDNN_KNOB_TYPE_TILE_SIZE, 1000}}}));
}

}  // namespace
}  // namespace convtune::cudnn
