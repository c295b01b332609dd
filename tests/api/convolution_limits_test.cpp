// Convolutions on the caller's buffers that are no choice among candidates: families by name, empty
// tensors, and what is refused.
#include <gmock/gmock.h>

#include "convolving.hpp"
#include "tensors.hpp"

namespace convtune {
namespace {

TEST(StaticNames, AreTheBestMeasuredOfTheFamily) {
  ConvolvingWorld world;
  const ConvProblem problem = problem_of({2, 3, 10, 9}, {5, 3, 7, 7});
  Convolution timed = world.convolution("time_once");
  run(timed, problem);
  Convolution none = world.convolution("none"), small = world.convolution("small");
  Convolution fft = world.convolution("fft");
  run(none, problem);
  run(small, problem);
  run(fft, problem);
  EXPECT_EQ(none.choice()->candidate, "mine.conv/lean");
  EXPECT_EQ(small.choice()->candidate, "mine.conv/wide");
  EXPECT_EQ(fft.choice()->candidate, "mine.conv/lean");
  EXPECT_THAT(fft.choice()->reason, testing::HasSubstr("the policy none answers instead"));
  EXPECT_EQ(world.timings(), 1U);
}

TEST(StaticNames, OutsideTheDirectionOrTheRankAreRefused) {
  ConvolvingWorld world;
  Convolution large = world.convolution("large"), winograd = world.convolution("winograd");
  EXPECT_THAT(refusal(large, problem_of({1, 3, 5, 5}, {2, 3, 3, 3}, Direction::backward_data),
                      ErrorCode::bad_input),
              testing::StartsWith("There is no policy 'large' for bwdd in 2 dimensions"));
  EXPECT_THAT(refusal(winograd, problem_of({1, 3, 5, 5, 5}, {2, 3, 3, 3, 3}), ErrorCode::bad_input),
              testing::StartsWith("There is no policy 'winograd' for fwd in 3 dimensions"));
}

TEST(Empty, TensorsGiveZerosAndRunNoKernel) {
  const std::pair<Shape, Shape> empty[] = {{{0, 1, 6, 6}, {1, 1, 2, 2}},
                                           {{1, 0, 6, 6}, {1, 0, 2, 2}},
                                           {{1, 1, 6, 6}, {0, 1, 2, 2}},
                                           {{1, 0, 5, 5, 5}, {1, 0, 2, 2, 2}}};
  ConvolvingWorld world;
  Convolution convolution = world.convolution("time_once");
  for (const auto& [image, kernel] : empty)
    for (const Direction direction :
         {Direction::forward, Direction::backward_data, Direction::backward_weights})
      run(convolution, problem_of(image, kernel, direction));
  EXPECT_TRUE(world.mine.ran.empty());
  EXPECT_EQ(convolution.counts().selections, 0);
  EXPECT_EQ(convolution.choice(), nullptr);
}

TEST(Empty, WithAccumulationTheOutputStays) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  ConvShape shape = conv_shape({1, 0, 6, 6}, {1, 0, 2, 2}, {});
  shape.accumulate = true;
  std::vector<float> output(25, 4.0F);
  convolution.run(ConvProblem::make(shape), {.destination = output.data()});
  EXPECT_EQ(output, std::vector<float>(25, 4.0F));
}

TEST(Refusals, NameWhatIsWrong) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  EXPECT_THAT(refusal(convolution, parse_problem("fwd.f32.any_n1c8i9x9k8f3x3s1x1p1x1d1x1g1"),
                      ErrorCode::bad_input),
              testing::HasSubstr("the source is of any layout; name the one that it has"));
  EXPECT_THAT(refusal(convolution, parse_problem("fwd.f32.nchw_n1c8i9x9k8f3x3_constw"),
                      ErrorCode::bad_input),
              testing::HasSubstr("constant weights are packed"));
  try {
    convolution.run(problem_of({1, 3, 5, 5}, {2, 3, 3, 3}), {});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("there is no source"));
  }
  int queue = 0;
  ConvolutionOptions options;
  options.stream = &queue;
  EXPECT_THROW(Convolution(world.rooms(), options, *world.cache), Error);
}

TEST(Refusals, AnOutputThatOverlapsAnInputIsNotWritten) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("none");
  const ConvProblem problem = problem_of({1, 1, 5, 5}, {1, 1, 3, 3});
  std::vector<float> memory(25 + 9 + 9, 1);
  Buffers buffers{
      .source = memory.data(), .filter = memory.data() + 25, .destination = memory.data() + 25 + 9};
  convolution.run(problem, buffers);
  const std::vector<float> before = memory;
  const auto refused = [&](float* destination) {
    buffers.destination = destination;
    try {
      convolution.run(problem, buffers);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(refused(memory.data() + 33),
              testing::EndsWith("the filter overlaps the destination, which is written."));
  EXPECT_THAT(refused(memory.data()),
              testing::EndsWith("the source overlaps the destination, which is written."));
  EXPECT_EQ(memory, before);
}

TEST(Refusals, MemoryThatCannotBeHadIsAnError) {
  ConvolvingWorld world;
  Convolution convolution = world.convolution("time_once");
  const ConvProblem problem = problem_of({2, 3, 10, 9}, {5, 3, 7, 7});
  run(convolution, problem);
  convolution.release_workspace();
  world.memory->there_is = 0;
  EXPECT_THAT(refusal(convolution, problem, ErrorCode::environment),
              testing::HasSubstr("bytes of workspace that mine.conv/wide needs cannot be had"));
}

}  // namespace
}  // namespace convtune
