// Convolutions on memory of a device, which here is a double of one: who gives which memory, and
// which queue. Proves nothing about a GPU.
#include <gmock/gmock.h>

#include <convtune/dnn.hpp>
#include <kernels/alignment.hpp>

#include "../tuner/fake_accelerator.hpp"
#include "convolving.hpp"
#include "tensors.hpp"

namespace convtune {
namespace {

using testing::HasSubstr;

class GpuWorld : public ConvolvingWorld {
 public:
  GpuWorld() {
    mine.kind = world.device.kind = DeviceKind::cuda;
    world.device.id = "cuda:0";
    world.device.name = "a GPU";
    world.device.properties = R"({"deviceVer": 900, "multiProcessorCount": 132,
                                  "smClockRateKHz": 1980000, "memClockRateKHz": 3201000})";
  }
  Convolution convolution(const std::string& policy, ConvolutionOptions options = {}) {
    Rooms rooms = ConvolvingWorld::rooms();
    rooms.open_accelerator = [this](const Device&) {
      auto made = std::make_unique<fake::FakeAccelerator>(std::size_t{1} << 20);
      gpu = made.get();
      return made;
    };
    options.policy = policy;
    return {rooms, options, *cache};
  }

  fake::FakeAccelerator* gpu = nullptr;
};

TEST(OnAGpu, WorkspacesAreOfItsMemory) {
  GpuWorld world;
  Convolution convolution = world.convolution("time_once");
  const ConvProblem problem = problem_of({2, 3, 10, 9}, {5, 3, 7, 7});
  run(convolution, problem);
  EXPECT_EQ(convolution.choice()->candidate, "mine.conv/wide");
  EXPECT_EQ(world.gpu->blocks(), 1U);
  EXPECT_GE(world.gpu->entered, 1);
  convolution.release_workspace();
  EXPECT_EQ(world.gpu->blocks(), 0U);
}

TEST(OnAGpu, AWorkspaceMayHaveAQuarterOfWhatIsFree) {
  GpuWorld world;
  Convolution convolution = world.convolution("time_on_shape_change");
  // The faster candidate wants as much as the source has: over a quarter of a mebibyte.
  run(convolution, problem_of({1, 3, 160, 160}, {1, 3, 1, 1}));
  EXPECT_EQ(convolution.choice()->candidate, "mine.conv/lean");
  run(convolution, problem_of({1, 3, 100, 100}, {1, 3, 1, 1}));
  EXPECT_EQ(convolution.choice()->candidate, "mine.conv/wide");
}

TEST(OnAGpu, CallsAreOnTheCallersQueue) {
  int queue = 0;
  GpuWorld world;
  Convolution convolution = world.convolution("guess_once", {.stream = &queue});
  run(convolution, problem_of({2, 3, 5, 5}, {2, 3, 3, 3}));
  EXPECT_EQ(world.mine.last_stream, &queue);
}

TEST(OnAGpu, TheCallersAllocatorServesIt) {
  GpuWorld world;
  Convolution convolution = world.convolution("time_once", {.allocator = world.memory});
  run(convolution, problem_of({2, 3, 10, 9}, {5, 3, 7, 7}));
  EXPECT_EQ(world.gpu->blocks(), 0U);
  EXPECT_EQ(world.memory->sizes.size(), 1U);
}

TEST(OnAGpu, AnEmptyBatchIsZeroedThere) {
  GpuWorld world;
  Convolution convolution = world.convolution("guess_once");
  const ConvProblem problem = problem_of({2, 0, 5, 5}, {2, 0, 3, 3});
  auto* const output = static_cast<float*>(world.gpu->allocate(bytes(problem, Role::destination)));
  float other = 1;
  convolution.run(problem, {.source = &other, .filter = &other, .destination = output});
  EXPECT_EQ(output[0], 0);
  EXPECT_EQ(convolution.choice(), nullptr);
  world.gpu->release(output);
}

TEST(OnAGpu, TheanosFunctionsTakeItsMemoryAsItIs) {
  GpuWorld world;
  Convolution convolution = world.convolution("guess_once");
  const std::vector<std::int64_t> image{2, 3, 5, 5}, kernel{2, 3, 3, 3}, result{2, 2, 3, 3};
  std::vector<float> img(150), kerns(54), out(36);
  const ConstTensorView source{img.data(), DataType::f32, image, {}},
      filter{kerns.data(), DataType::f32, kernel, {}};
  const TensorView destination{out.data(), DataType::f32, result, {}};
  dnn_conv(source, filter, destination, {.convolution = &convolution});
  EXPECT_EQ(convolution.choice()->candidate, "mine.conv/lean");
  const auto refused = [&](const ConstTensorView& img_view, double alpha, double beta) {
    try {
      dnn_conv(img_view, filter, destination,
               {.alpha = alpha, .beta = beta, .convolution = &convolution});
      return std::string("it ran");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_input);
      return std::string(error.what());
    }
  };
  ConstTensorView strided = source;
  strided.strides = {75, 1, 15, 3};
  EXPECT_THAT(refused(strided, 1, 0), HasSubstr("on a GPU takes contiguous tensors only"));
  EXPECT_THAT(refused(source, 2, 0), HasSubstr("alpha 1 and beta 0 or 1 only"));
  EXPECT_THAT(refused(source, 1, 0.5), HasSubstr("alpha 1 and beta 0 or 1 only"));
  EXPECT_EQ(refused(source, 1, 1), "it ran");
}

/// A world with a candidate that is the fastest, and takes tensors of the usual alignment only.
class AlignedWorld : public GpuWorld {
 public:
  AlignedWorld() {
    Candidate vectors = candidate_of("vectors", 0, {"direct", std::string(aligned_tag)});
    vectors.implementation = "mine.conv";
    mine.more.push_back(vectors);
    mine.computes = false;
    world.seconds["mine.conv/vectors"] = 0.1;
  }
  /// Runs on tensors that begin so many bytes behind an address of the usual alignment.
  std::string ran(Convolution& convolution, std::size_t offset) {
    convolution.run(
        problem,
        {.source = memory_ + offset, .filter = memory_ + 2048, .destination = memory_ + 3072});
    return convolution.choice()->candidate;
  }

  const ConvProblem problem = problem_of({2, 3, 5, 5}, {2, 3, 3, 3});

 private:
  alignas(64) std::byte memory_[4096] = {};
};

TEST(OnAGpu, TensorsOfLessAlignmentHaveAChoiceOfTheirOwn) {
  AlignedWorld world;
  Convolution convolution = world.convolution("time_on_shape_change");
  EXPECT_EQ(world.ran(convolution, 0), "mine.conv/vectors");
  EXPECT_EQ(world.ran(convolution, 4), "mine.conv/wide");
  EXPECT_EQ(world.ran(convolution, 16), "mine.conv/vectors");
  EXPECT_EQ(world.ran(convolution, 8), "mine.conv/wide");
  EXPECT_EQ(convolution.counts().selections, 2);
  EXPECT_EQ(world.timings(), 1U) << "what was timed once answers for both";
}

TEST(OnAGpu, AChoiceForTensorsOfLessAlignmentIsNotThatOfOthers) {
  AlignedWorld world;
  Convolution lesser = world.convolution("time_on_shape_change");
  EXPECT_EQ(world.ran(lesser, 4), "mine.conv/wide");
  Convolution usual = world.convolution("time_on_shape_change");
  EXPECT_EQ(world.ran(usual, 0), "mine.conv/vectors");
  EXPECT_EQ(usual.counts().shared, 0);
}

TEST(OnAGpu, WhatWasChosenOnceForAlignedTensorsSaysThatItTakesNoOthers) {
  AlignedWorld world;
  Convolution convolution = world.convolution("time_once");
  EXPECT_EQ(world.ran(convolution, 0), "mine.conv/vectors");
  try {
    world.ran(convolution, 4);
    FAIL() << "it ran";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::no_answer);
    EXPECT_THAT(error.what(), HasSubstr("mine.conv/vectors was chosen once"));
    EXPECT_THAT(error.what(), HasSubstr("It takes tensors that are aligned to 16 bytes only."));
  }
  EXPECT_EQ(world.ran(convolution, 0), "mine.conv/vectors");
}

TEST(OnAGpu, TensorsAreAlignedToTheirElements) {
  AlignedWorld world;
  Convolution convolution = world.convolution("guess_once");
  try {
    world.ran(convolution, 2);
    FAIL() << "it ran";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    EXPECT_THAT(error.what(), HasSubstr("the source is not aligned to 4 bytes"));
  }
}

TEST(OnAGpu, OnlyDescribedItRunsNothing) {
  GpuWorld world;
  world.world.device.present = false;
  try {
    world.convolution("guess_once");
    FAIL() << "it was made";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::environment);
    EXPECT_THAT(error.what(), HasSubstr("only its description"));
  }
}

}  // namespace
}  // namespace convtune
