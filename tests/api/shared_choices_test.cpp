// Choices that outlive a call: shared by the objects of a process, stored for the next one, and
// never left behind by half.
#include <thread>

#include <gmock/gmock.h>

#include "convolving.hpp"
#include "tensors.hpp"

namespace convtune {
namespace {

TEST(SharedChoices, AreFoundByOtherObjectsOfTheProcess) {
  ConvolvingWorld world;
  const ConvProblem problem = problem_of({2, 3, 10, 9}, {5, 3, 7, 7});
  Convolution first = world.convolution("time_on_shape_change");
  Convolution second = world.convolution("time_once");
  run(first, problem);
  run(second, problem);
  EXPECT_EQ(second.counts().selections, 0);
  EXPECT_EQ(second.counts().shared, 1);
  EXPECT_EQ(world.timings(), 1U);
}

TEST(SharedChoices, UnalignedBuffersAreAnotherKey) {
  ConvolvingWorld world;
  const ConvProblem problem = problem_of({2, 3, 10, 9}, {5, 3, 7, 7});
  Convolution convolution = world.convolution("time_on_shape_change");
  Tensors tensors(problem);
  convolution.run(problem, tensors.buffers());
  convolution.run(problem, tensors.buffers(sizeof(float)));
  EXPECT_EQ(convolution.counts().selections, 2);
  convolution.run(problem, tensors.buffers(2 * sizeof(float)));
  convolution.run(problem, tensors.buffers());
  EXPECT_EQ(convolution.counts().selections, 2);
}

TEST(SharedChoices, PoliciesDoNotMix) {
  ConvolvingWorld world;
  const ConvProblem problem = problem_of({2, 3, 10, 9}, {5, 3, 7, 7});
  Convolution timed = world.convolution("time_on_shape_change");
  Convolution guessed = world.convolution("guess_on_shape_change");
  run(timed, problem);
  run(guessed, problem);
  EXPECT_EQ(timed.choice()->candidate, "mine.conv/wide");
  EXPECT_EQ(guessed.choice()->candidate, "mine.conv/lean");
}

TEST(SharedChoices, OneThreadSelectsForAll) {
  ConvolvingWorld world;
  const ConvProblem problem = problem_of({2, 3, 10, 9}, {5, 3, 7, 7});
  world.mine.computes = false;
  std::vector<Convolution> objects;
  for (int i = 0; i < 4; ++i) objects.push_back(world.convolution("time_on_shape_change"));
  std::vector<std::thread> threads;
  for (Convolution& each : objects)
    threads.emplace_back([&] {
      Tensors tensors(problem);
      each.run(problem, tensors.buffers());
    });
  for (std::thread& each : threads) each.join();
  std::int64_t selections = 0, shared = 0;
  for (const Convolution& each : objects) {
    selections += each.counts().selections;
    shared += each.counts().shared;
  }
  EXPECT_EQ(selections, 1);
  EXPECT_EQ(shared, 3);
  EXPECT_EQ(world.timings(), 1U);
}

TEST(Interrupts, LeaveNoChoiceBehind) {
  ConvolvingWorld world;
  const ConvProblem problem = problem_of({2, 3, 10, 9}, {5, 3, 7, 7});
  bool stop = true;
  ConvolutionOptions options;
  options.policy = "time_on_shape_change";
  options.allocator = world.memory;
  options.stop = [&] { return stop; };
  Convolution convolution(world.rooms(), options, *world.cache);
  Tensors tensors(problem);
  try {
    convolution.run(problem, tensors.buffers());
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::interrupted);
  }
  stop = false;
  convolution.run(problem, tensors.buffers());
  EXPECT_EQ(convolution.choice()->candidate, "mine.conv/wide");
}

TEST(StoredChoices, AreNotTimedAgainByANewProcess) {
  ConvolvingWorld world;
  const ConvProblem problem = problem_of({2, 3, 10, 9}, {5, 3, 7, 7});
  Convolution first = world.convolution("time_once");
  run(first, problem);
  EXPECT_EQ(world.timings(), 1U);
  world.new_process();
  Convolution second = world.convolution("time_once");
  run(second, problem);
  EXPECT_EQ(world.timings(), 0U);
  EXPECT_EQ(second.counts().selections, 1);
  EXPECT_EQ(second.choice()->candidate, "mine.conv/wide");
  EXPECT_EQ(second.choice()->provenance, Provenance::exact);
}

}  // namespace
}  // namespace convtune
