// What we ask of the legacy interface, heard by a double of the functions that need a GPU. None of
// this proves that cuDNN answers so, or that a call computes anything.
#include "legacy.hpp"

#include <array>

#include <gmock/gmock.h>

#include "algorithm_plan.hpp"
#include "descriptor.hpp"
#include "recorded_legacy.hpp"

namespace convtune::cudnn {
namespace {

constexpr const char* sizes = ".nchw_n2c8i9x9k8f3x3s1x1p1x1d1x1g1";

class CudnnLegacy : public testing::Test {
 protected:
  void SetUp() override { recorded = {}; }

  static Legacy legacy(const std::string& direction_and_type, const std::string& tail = {}) {
    return {parse_problem(direction_and_type + sizes + tail), CUDNN_DEFAULT_MATH, no_handle(),
            double_of_legacy()};
  }

  std::array<char, 5> places_{};
  Buffers buffers_{.source = &places_[0],
                   .filter = &places_[1],
                   .destination = &places_[2],
                   .workspace = &places_[3],
                   .stream = &places_[4]};
};

TEST_F(CudnnLegacy, TellsWorkspaceOrWhyNot) {
  recorded.workspace = {{1, 4096}};
  for (const char* direction : {"fwd.f32", "bwdd.f32", "bwdw.f32"}) {
    const Legacy asked = legacy(direction);
    EXPECT_EQ(std::get<std::size_t>(asked.workspace(1)), 4096U) << direction;
    EXPECT_THAT(std::get<std::string>(asked.workspace(2)), testing::StartsWith("NOT_SUPPORTED"));
  }
}

TEST_F(CudnnLegacy, TakesABadParameterForARefusalAndNothingElse) {
  recorded.otherwise = CUDNN_STATUS_BAD_PARAM;
  EXPECT_THAT(std::get<std::string>(legacy("fwd.f32").workspace(0)),
              testing::StartsWith("BAD_PARAM"));
  for (const auto status :
       {CUDNN_STATUS_INTERNAL_ERROR, CUDNN_STATUS_EXECUTION_FAILED, CUDNN_STATUS_NOT_INITIALIZED}) {
    recorded.otherwise = status;
    EXPECT_THROW(legacy("fwd.f32").workspace(0), Failure) << status;
  }
}

TEST_F(CudnnLegacy, RanksWhatTheHeuristicSaysOfItsMathType) {
  recorded.ranked = {{3, CUDNN_TENSOR_OP_MATH}, {1, CUDNN_DEFAULT_MATH}, {0, CUDNN_DEFAULT_MATH}};
  for (const char* direction : {"fwd.f32", "bwdd.f32", "bwdw.f32"})
    EXPECT_EQ(legacy(direction).heuristic(), (std::vector<int>{1, 0})) << direction;
}

TEST_F(CudnnLegacy, RunsEachDirectionOnItsBuffersAndStream) {
  legacy("fwd.f32").run(1, buffers_, 77);
  legacy("bwdd.f32").run(0, buffers_, 78);
  legacy("bwdw.f32").run(3, buffers_, 79);
  ASSERT_EQ(recorded.calls.size(), 3U);
  const void *x = buffers_.source, *w = buffers_.filter, *y = buffers_.destination;
  EXPECT_EQ(recorded.calls[0].function, "forward");
  EXPECT_THAT(recorded.calls[0].buffers, testing::ElementsAre(x, w, y));
  EXPECT_EQ(recorded.calls[1].function, "backward_data");
  EXPECT_THAT(recorded.calls[1].buffers, testing::ElementsAre(w, y, x));
  EXPECT_EQ(recorded.calls[2].function, "backward_filter");
  EXPECT_THAT(recorded.calls[2].buffers, testing::ElementsAre(x, y, w));
  EXPECT_EQ(recorded.calls[2].algorithm, 3);
  EXPECT_EQ(recorded.calls[2].workspace_bytes, 79U);
  for (const Recorded::Call& call : recorded.calls) {
    EXPECT_EQ(call.stream, buffers_.stream);
    EXPECT_EQ(call.workspace, buffers_.workspace);
    EXPECT_EQ(call.alpha, 1);
    EXPECT_EQ(call.beta, 0);
  }
}

TEST_F(CudnnLegacy, AddsToTheOutputWhereThatIsAsked) {
  legacy("fwd.f16", "_acc").run(1, buffers_, 0);
  recorded.twice = true;
  legacy("bwdw.f64", "_acc").run(1, buffers_, 0);
  legacy("bwdw.f64").run(1, buffers_, 0);
  ASSERT_EQ(recorded.calls.size(), 3U);
  EXPECT_EQ(recorded.calls[0].beta, 1);
  EXPECT_EQ(recorded.calls[1].alpha, 1) << "f64 takes its scalars in f64";
  EXPECT_EQ(recorded.calls[1].beta, 1);
  EXPECT_EQ(recorded.calls[2].beta, 0);
}

TEST_F(CudnnLegacy, PlansKnowTheirWorkspaceBeforeTheyRun) {
  recorded.workspace = {{1, 4096}};
  const ConvProblem problem = parse_problem(std::string("fwd.f32") + sizes);
  const Algorithm small{Direction::forward, 1, CUDNN_FMA_MATH};
  const auto plan = algorithm_plan(problem, small, legacy("fwd.f32"), nullptr);
  EXPECT_EQ(plan->configuration(), "small:fma");
  EXPECT_EQ(plan->workspace_bytes(), 4096U);
  EXPECT_EQ(plan->layouts(), (Layouts{"nchw", "kcrs", "nchw"}));
  EXPECT_TRUE(recorded.calls.empty());
  plan->run(buffers_);
  ASSERT_EQ(recorded.calls.size(), 1U);
  EXPECT_EQ(recorded.calls[0].workspace_bytes, 4096U);
  EXPECT_THROW(algorithm_plan(problem, {Direction::forward, 2}, legacy("fwd.f32"), nullptr), Error);
}

TEST_F(CudnnLegacy, PlansKeepWhatTheyNeed) {
  recorded.workspace = {{1, 0}};
  auto keeper = std::make_shared<int>(0);
  const std::weak_ptr<int> kept = keeper;
  auto plan = algorithm_plan(parse_problem(std::string("fwd.f32") + sizes), {Direction::forward, 1},
                             legacy("fwd.f32"), std::move(keeper));
  EXPECT_FALSE(kept.expired());
  plan.reset();
  EXPECT_TRUE(kept.expired());
}

}  // namespace
}  // namespace convtune::cudnn
