// Theano's policies for convolutions on the caller's buffers: who selects and times how often, and
// with what workspace.
#include <gmock/gmock.h>

#include "convolving.hpp"
#include "tensors.hpp"

namespace convtune {
namespace {

struct Step {
  int times;
  Shape image, kernel;
  bool cached = false;
};

// The shapes of Theano's own test of the policies that choose at run time.
const std::vector<Step> steps_2d = {
    {3, {2, 3, 10, 9}, {5, 3, 7, 7}},          {1, {1, 1, 100, 200}, {1, 1, 50, 200}},
    {1, {4, 2, 20, 20}, {2, 2, 20, 19}},       {3, {2, 3, 10, 9}, {5, 3, 7, 7}, true},
    {1, {2, 2, 50, 50}, {5, 2, 25, 31}},       {1, {1, 1, 100, 200}, {1, 1, 50, 200}, true},
    {1, {4, 2, 20, 20}, {2, 2, 20, 19}, true}, {1, {1, 2, 3, 4}, {6, 2, 2, 1}},
};
const std::vector<Step> steps_3d = {
    {3, {2, 3, 5, 10, 9}, {5, 3, 4, 7, 7}},
    {1, {1, 1, 5, 100, 200}, {1, 1, 4, 50, 200}},
    {1, {4, 2, 20, 20, 20}, {2, 2, 20, 19, 18}},
    {3, {2, 3, 5, 10, 9}, {5, 3, 4, 7, 7}, true},
    {1, {2, 2, 50, 50, 5}, {5, 2, 25, 31, 4}},
    {1, {1, 1, 5, 100, 200}, {1, 1, 4, 50, 200}, true},
    {1, {4, 2, 20, 20, 20}, {2, 2, 20, 19, 18}, true},
    {1, {1, 2, 3, 4, 5}, {6, 2, 3, 2, 1}},
};

class ShapeChanges : public testing::TestWithParam<std::tuple<const char*, Direction, int>> {};

TEST_P(ShapeChanges, SelectOncePerShape) {
  const auto& [policy, direction, rank] = GetParam();
  const bool timed = std::string_view(policy).starts_with("time");
  ConvolvingWorld world;
  world.mine.computes = false;  // who is chosen matters here
  Convolution convolution = world.convolution(policy);
  std::int64_t selections = 0;
  for (const Step& step : rank == 2 ? steps_2d : steps_3d) {
    if (!step.cached) ++selections;
    const ConvProblem problem = problem_of(step.image, step.kernel, direction);
    Tensors tensors(problem);
    for (int i = 0; i < step.times; ++i) convolution.run(problem, tensors.buffers());
    EXPECT_EQ(convolution.counts().selections, selections);
    EXPECT_EQ(world.timings(), timed ? static_cast<std::size_t>(selections) : 0U);
  }
  EXPECT_EQ(convolution.counts().selections, 5);
  EXPECT_EQ(convolution.counts().calls, 12);
  EXPECT_EQ(world.mine.ran.back(), timed ? "mine.conv/wide" : "mine.conv/lean");
}

INSTANTIATE_TEST_SUITE_P(
    Of, ShapeChanges,
    testing::Combine(testing::Values("time_on_shape_change", "guess_on_shape_change"),
                     testing::Values(Direction::forward, Direction::backward_data,
                                     Direction::backward_weights),
                     testing::Values(2, 3)),
    [](const auto& c) {
      return std::string(std::get<0>(c.param)) + "_" + std::string(name(std::get<1>(c.param))) +
             "_" + std::to_string(std::get<2>(c.param)) + "d";
    });

// The same shapes through what this machine really has.
TEST(RealCandidates, AgreeWithTheDefinition) {
  SelectionCache cache;
  Convolution convolution = real_convolution("guess_on_shape_change", cache);
  for (const Step& step : steps_2d) run(convolution, problem_of(step.image, step.kernel));
  EXPECT_EQ(convolution.counts().selections, 5);
}

TEST(Once, SelectsInTheFirstCallOnly) {
  for (const char* policy : {"time_once", "guess_once"}) {
    ConvolvingWorld world;
    Convolution convolution = world.convolution(policy);
    for (int i = 0; i < 5; ++i) run(convolution, problem_of({2, 3, 10, 9}, {5, 3, 7, 7}));
    EXPECT_EQ(convolution.counts().selections, 1);
    EXPECT_EQ(convolution.counts().prepared, 1);
    EXPECT_EQ(world.timings(), policy == std::string("time_once") ? 1U : 0U);
  }
}

TEST(Once, ALargerShapeLaterHasAWorkspaceOfItsOwn) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("time_once");
  const ConvProblem first = problem_of({2, 3, 10, 9}, {5, 3, 7, 7});
  const ConvProblem larger = problem_of({8, 3, 20, 19}, {5, 3, 7, 7});
  run(convolution, first);
  EXPECT_EQ(convolution.workspace_bytes(), bytes(first, Role::source));
  run(convolution, larger);
  EXPECT_EQ(convolution.workspace_bytes(), bytes(larger, Role::source));
  EXPECT_EQ(convolution.choice()->candidate, "mine.conv/wide");
  EXPECT_EQ(convolution.choice()->problem, larger);
  EXPECT_EQ(convolution.choice()->workspace_bytes, bytes(larger, Role::source));
  EXPECT_EQ(convolution.choice()->seconds, std::nullopt);
  run(convolution, first);
  EXPECT_EQ(convolution.choice()->problem, first);
  EXPECT_EQ(convolution.counts().selections, 1);
  EXPECT_EQ(world.timings(), 1U);
}

TEST(Once, SaysWhatTheFrozenCandidateDoesNotTake) {
  ConvolvingWorld world;
  world.world.seconds["mine.conv/small"] = 0.1;
  Convolution convolution = world.convolution("time_once");
  run(convolution, problem_of({1, 3, 5, 5}, {2, 3, 3, 3}));
  EXPECT_EQ(convolution.choice()->candidate, "mine.conv/small");
  const std::string said =
      refusal(convolution, problem_of({2, 3, 5, 5}, {2, 3, 3, 3}), ErrorCode::no_answer);
  EXPECT_THAT(said, testing::StartsWith("mine.conv/small was chosen once, for fwd."));
  EXPECT_THAT(said, testing::HasSubstr("takes one image"));
  EXPECT_THAT(said, testing::EndsWith("or an object for each shape."));
  run(convolution, problem_of({1, 3, 7, 5}, {2, 3, 3, 3}));  // what it takes, it still runs
}

TEST(Once, SaysWhenALaterWorkspaceCannotBeHad) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("time_once");
  const ConvProblem first = problem_of({1, 3, 5, 5}, {2, 3, 3, 3});
  run(convolution, first);
  world.memory->there_is = bytes(first, Role::source);
  EXPECT_THAT(refusal(convolution, problem_of({2, 3, 5, 5}, {2, 3, 3, 3}), ErrorCode::no_answer),
              testing::HasSubstr("workspace of 600 bytes for this problem cannot be had"));
}

TEST(OnShapeChange, AChoiceThatNoLongerFitsIsMadeAgain) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("time_on_shape_change");
  const ConvProblem problem = problem_of({2, 3, 10, 9}, {5, 3, 7, 7});
  run(convolution, problem);
  EXPECT_EQ(convolution.choice()->candidate, "mine.conv/wide");
  world.memory->there_is = 100;
  run(convolution, problem);  // it has its workspace already
  EXPECT_EQ(convolution.choice()->candidate, "mine.conv/wide");
  convolution.release_workspace();
  run(convolution, problem);
  EXPECT_EQ(convolution.choice()->candidate, "mine.conv/lean");
  EXPECT_EQ(convolution.counts().selections, 2);
  EXPECT_EQ(world.timings(), 1U);  // the samples say who is fastest without workspace, too
}

TEST(OnShapeChange, TheMemoryLimitIsAskedForAtEachSelection) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("guess_on_shape_change");
  run(convolution, problem_of({1, 3, 5, 5}, {2, 3, 3, 3}));
  const int asked = world.memory->asked;
  EXPECT_GE(asked, 1);
  run(convolution, problem_of({1, 3, 6, 5}, {2, 3, 3, 3}));
  EXPECT_GT(world.memory->asked, asked);
}

TEST(OnShapeChange, TheCallersLimitHoldsBeside) {
  ConvolvingWorld world;
  const ConvProblem problem = problem_of({2, 3, 10, 9}, {5, 3, 7, 7});
  Convolution unlimited = world.convolution("time_on_shape_change");
  Convolution limited = world.convolution("time_on_shape_change", {.workspace_limit = 100});
  run(unlimited, problem);
  run(limited, problem);
  EXPECT_EQ(unlimited.choice()->candidate, "mine.conv/wide");
  EXPECT_EQ(limited.choice()->candidate, "mine.conv/lean");
}

// Theano's `small` was wrong past 65536 images.
TEST(RealCandidates, TakeAnyNumberOfImages) {
  SelectionCache cache;
  Convolution convolution = real_convolution("small", cache);
  for (const std::int64_t images : {65536, 65537})
    run(convolution, problem_of({images, 2, 2, 2}, {1, 2, 2, 2}));
}

}  // namespace
}  // namespace convtune
