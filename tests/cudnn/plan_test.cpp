// Plans are built for a GPU that is not here; running one needs it.
#include "plan.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "candidates.hpp"
#include "h200.hpp"

namespace convtune::cudnn {
namespace {

using testing::HasSubstr;

constexpr const char* usual = "fwd.f32.nchw_n2c16i8x9k32f3x3s1x1p1x1d1x1g1";

std::string refusal(const std::string& problem, const std::string& configuration,
                    ErrorCode expected) {
  try {
    engine_plan(parse_problem(problem), configuration, h200(), "h200");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), expected);
    return error.what();
  }
  return "a plan was made";
}

TEST(Plans, AreWhatTheirCandidateSays) {
  const ConvProblem problem = parse_problem(usual);
  int built = 0;
  for (const Candidate& candidate : list_candidates(problem, h200()).candidates) {
    if (candidate.notes.find("compiled") != std::string::npos) continue;
    const auto plan = engine_plan(problem, candidate.configuration, h200(), "h200");
    EXPECT_EQ(plan->configuration(), candidate.configuration);
    EXPECT_LE(plan->workspace_bytes(), candidate.workspace_bytes) << candidate.configuration;
    EXPECT_EQ(plan->layouts(), candidate.layouts);
    ++built;
  }
  EXPECT_GE(built, 10);
}

TEST(Plans, HoldTensorsWhereTheCandidateHasThem) {
  const ConvProblem problem = parse_problem("fwd.f32.any_n1c2i2x3k4f1x1s1x1p0x0d1x1g1");
  const auto plan = engine_plan(problem, "nhwc/1", h200(), "h200");
  EXPECT_EQ(plan->layouts(), (Layouts{"nhwc", "krsc", "nhwc"}));
  const float plain[12] = {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15};
  float held[12] = {}, back[12] = {};
  ASSERT_EQ(plan->bytes(Role::source), sizeof held);
  plan->load(Role::source, plain, held);
  EXPECT_THAT(held, testing::ElementsAre(0, 10, 1, 11, 2, 12, 3, 13, 4, 14, 5, 15));
  plan->unload(Role::source, held, back);
  EXPECT_THAT(back, testing::ElementsAreArray(plain));
}

TEST(Plans, ThatCannotBeAreRefused) {
  EXPECT_THAT(refusal(usual, "no engine", ErrorCode::bad_input),
              HasSubstr("\"no engine\" is not a configuration of cudnn.engine"));
  EXPECT_THAT(refusal(usual, "12", ErrorCode::environment),
              HasSubstr("cuDNN does not support engine 12 here: NOT_SUPPORTED"));
  EXPECT_THAT(refusal(usual, "1:TILE_SIZE=77777", ErrorCode::environment),
              HasSubstr("TILE_SIZE=77777 here: "));
}

TEST(Plans, RunOnAGpuAlone) {
  if (runtime_version().empty()) GTEST_SKIP() << "there is no cuDNN";
  const auto plan = engine_plan(parse_problem(usual), "1", h200(), "h200");
  float memory = 0;
  EXPECT_THROW(plan->run({.source = &memory, .filter = &memory, .destination = &memory}), Failure);
}

struct Fused {
  const char* problem;
  bool taken;
};
void PrintTo(const Fused& fused, std::ostream* out) {
  *out << fused.problem;
}

class FusedGraphs : public testing::TestWithParam<Fused> {};

TEST_P(FusedGraphs, AreListed) {
  const Offer offer = list_candidates(parse_problem(GetParam().problem), h200());
  // Numbers of engines mean algorithms in graphs of a convolution alone.
  const bool alone = std::string_view(GetParam().problem).find("_acc") != std::string_view::npos;
  for (const Candidate& each : offer.candidates) {
    const bool named = std::ranges::find(each.tags, "implicit_gemm") != each.tags.end();
    EXPECT_TRUE(alone || !named) << text(each);
  }
  if (!GetParam().taken) {
    EXPECT_TRUE(offer.candidates.empty());
    ASSERT_FALSE(offer.refusals.empty());
    EXPECT_NE(offer.refusals.front().reason, "");
    return;
  }
  // Engines that fuse may have to be compiled, and are refused where no driver is.
  const bool for_want_of_a_driver = std::ranges::any_of(offer.refusals, [](const Refusal& each) {
    return each.reason.find("RUNTIME_PREREQUISITE_MISSING") != std::string::npos;
  });
  EXPECT_TRUE(!offer.candidates.empty() || for_want_of_a_driver);
}

INSTANTIATE_TEST_SUITE_P(
    Of, FusedGraphs,
    testing::Values(Fused{"fwd.f16.nhwc_n8c64i14x14k64f3x3s1x1p1x1d1x1g1_bias_relu", true},
                    Fused{"fwd.f16.nhwc_n8c64i14x14k64f3x3s1x1p1x1d1x1g1_bias", true},
                    Fused{"fwd.f16.nhwc_n8c64i14x14k64f3x3s1x1p1x1d1x1g1_relu", true},
                    Fused{"fwd.f32.nhwc_n8c64i14x14k64f3x3s1x1p1x1d1x1g1_bias_relu", true},
                    Fused{"fwd.f32.nchw_n8c64i14x14k64f3x3s1x1p1x1d1x1g1_acc", true},
                    Fused{"fwd.f32.nchw_n8c64i14x14k64f3x3s1x1p1x1d1x1g1_bias_acc", false}));

}  // namespace
}  // namespace convtune::cudnn
