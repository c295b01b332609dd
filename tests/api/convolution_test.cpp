// Theano's policies for convolutions on the caller's buffers: who selects and times how often, and
// with what workspace.
#include <cmath>
#include <cstdint>
#include <thread>

#include <gmock/gmock.h>

#include <convtune/conv_shapes.hpp>
#include <convtune/convolution.hpp>

#include "convolving.hpp"

namespace convtune {
namespace {

using Shape = std::vector<std::int64_t>;

/// Tensors of small integers for one problem, with the output's right values beside them.
class Tensors {
 public:
  explicit Tensors(const ConvProblem& problem) : problem_(problem) {
    source_ = filled(Role::source, 7);
    filter_ = filled(Role::filter, 5);
    destination_ = filled(Role::destination, 3);
    for (float& value : output()) value = std::nanf("");
  }

  Buffers buffers(std::size_t shift_bytes = 0) {
    return {.source = source_.data() + shift_bytes / sizeof(float),
            .filter = filter_.data(),
            .destination = destination_.data()};
  }

  bool right() {
    const auto wide = [](const std::vector<float>& values) {
      return std::vector<double>(values.begin(), values.end());
    };
    const std::vector<double> source = wide(source_), filter = wide(filter_),
                              destination = wide(destination_);
    std::vector<ReferenceValue> sums(
        static_cast<std::size_t>(elements(problem_, output_role(problem_->direction))));
    reference(problem_, {source.data(), filter.data(), destination.data(), nullptr}, 0, sums);
    for (std::size_t i = 0; i < sums.size(); ++i)
      if (output()[i] != static_cast<float>(sums[i].value)) return false;
    return true;
  }

  std::vector<float>& output() {
    switch (problem_->direction) {
      case Direction::forward: return destination_;
      case Direction::backward_data: return source_;
      default: return filter_;
    }
  }

 private:
  // A little longer, for views that begin later.
  std::vector<float> filled(Role role, int period) const {
    std::vector<float> values(static_cast<std::size_t>(elements(problem_, role)) + 4);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>(static_cast<int>(i) % period - period / 2);
    return values;
  }

  ConvProblem problem_;
  std::vector<float> source_, filter_, destination_;
};

ConvProblem problem_of(const Shape& image, const Shape& kernel,
                       Direction direction = Direction::forward) {
  ConvShape shape = conv_shape(image, kernel, {});
  shape.direction = direction;
  return ConvProblem::make(shape);
}

void run(Convolution& convolution, const ConvProblem& problem) {
  Tensors tensors(problem);
  convolution.run(problem, tensors.buffers());
  EXPECT_TRUE(tensors.right()) << text(problem);
}

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
  Context context;
  context.database = ":memory:";
  context.threads = 1;
  SelectionCache cache;
  ConvolutionOptions options;
  options.context = context;
  options.policy = "guess_on_shape_change";
  Convolution convolution(real_rooms(context), options, cache);
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

std::string refusal(Convolution& convolution, const ConvProblem& problem, ErrorCode code) {
  Tensors tensors(problem);
  try {
    convolution.run(problem, tensors.buffers());
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code);
    EXPECT_EQ(convolution.choice(), nullptr);
    return error.what();
  }
  return "nothing was refused";
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

// Theano's `small` was wrong past 65536 images.
TEST(RealCandidates, TakeAnyNumberOfImages) {
  Context context;
  context.database = ":memory:";
  context.threads = 1;
  SelectionCache cache;
  ConvolutionOptions options;
  options.context = context;
  options.policy = "small";
  Convolution convolution(real_rooms(context), options, cache);
  for (const std::int64_t images : {65536, 65537})
    run(convolution, problem_of({images, 2, 2, 2}, {1, 2, 2, 2}));
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
