// The order in which an accelerator asks CUDA for things, and what it makes of the answers. What a
// driver does with that order only a GPU shows.
#include "accelerator.hpp"

#include <gmock/gmock.h>

#include "recorded_runtime.hpp"

namespace convtune::cuda {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class QueuedPlan final : public Plan {
 public:
  QueuedPlan(RecordedRuntime& runtime, double seconds)
      : Plan(parse_problem("fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1")),
        runtime_(runtime),
        seconds_(seconds) {}
  std::string configuration() const override { return {}; }
  void run(const Buffers& buffers) override {
    if (fails) throw Error(ErrorCode::environment, "the library failed");
    stream = buffers.stream;
    runtime_.work("call", seconds_);
  }

  bool fails = false;
  void* stream = nullptr;

 private:
  RecordedRuntime& runtime_;
  double seconds_;
};

class AcceleratorTest : public testing::Test {
 protected:
  AcceleratorTest() {
    device_.kind = DeviceKind::cuda;
    device_.id = "cuda:1";
    device_.l2_bytes = 1000;
    accelerator_ = make_accelerator(device_, runtime_);
    EXPECT_THAT(runtime_.said, ElementsAre("use 1"));
    runtime_.said.clear();
  }

  Device device_;
  RecordedRuntime runtime_;
  std::unique_ptr<Accelerator> accelerator_;
  QueuedPlan plan_{runtime_, 1e-4};
};

TEST_F(AcceleratorTest, CallsAreOneGraphWithTheEventsAroundThem) {
  const auto elapsed = accelerator_->run(plan_, {}, 2);
  EXPECT_THAT(runtime_.said, ElementsAre("capture", "timers", "record", "call", "call", "record",
                                         "timers", "captured", "prepare", "launch", "wait"));
  EXPECT_NEAR(elapsed.seconds, 2e-4, 1e-9);
  EXPECT_NEAR(elapsed.megahertz, 1980, 10);
  EXPECT_TRUE(runtime_.alive.contains(plan_.stream));
}

TEST_F(AcceleratorTest, WhatCannotBeCapturedIsLaunchedCallByCall) {
  runtime_.can_capture = false;
  const auto elapsed = accelerator_->run(plan_, {}, 3);
  EXPECT_THAT(runtime_.said, ElementsAre("capture", "timers", "record", "call", "call", "call",
                                         "record", "timers", "captured", "timers", "record", "call",
                                         "call", "call", "record", "timers", "wait"));
  EXPECT_NEAR(elapsed.seconds, 3e-4, 1e-9);
}

TEST_F(AcceleratorTest, ColdCallsComeAfterTwiceTheCacheWasWritten) {
  accelerator_->run_cold(plan_, {});
  EXPECT_THAT(runtime_.said,
              ElementsAre("capture", "fill 2000", "timers", "record", "call", "record", "timers",
                          "captured", "prepare", "launch", "wait"));
}

TEST_F(AcceleratorTest, ARunWithADroppedClockIsMadeAgain) {
  for (int i = 0; i < 5; ++i) accelerator_->run(plan_, {}, 1);
  runtime_.said.clear();
  runtime_.megahertz = 1400;  // 71 % of the usual
  const auto slow = accelerator_->run(plan_, {}, 1);
  EXPECT_NEAR(slow.megahertz, 1400, 10);
  EXPECT_TRUE(slow.slowed);
  EXPECT_EQ(std::ranges::count(runtime_.said, "launch"), 4);
  runtime_.said.clear();
  runtime_.megahertz = 1600;  // 81 %
  EXPECT_FALSE(accelerator_->run(plan_, {}, 1).slowed);
  EXPECT_EQ(std::ranges::count(runtime_.said, "launch"), 1);
}

TEST_F(AcceleratorTest, FillsAndTellsWhatChangedWhereItLies) {
  auto* const memory = static_cast<std::byte*>(accelerator_->allocate(100));
  accelerator_->fill(memory, std::byte{0xFF}, 100);
  EXPECT_EQ(memory[99], std::byte{0xFF});
  const Accelerator::Region regions[] = {{memory, 50}, {memory + 50, 50}, {memory, 0}};
  runtime_.said.clear();
  const auto before = accelerator_->checksums(regions);
  EXPECT_THAT(runtime_.said, ElementsAre("checksum 50", "checksum 50", "checksum 0", "wait"));
  memory[60] = std::byte{0xFE};
  const auto after = accelerator_->checksums(regions);
  ASSERT_EQ(after.size(), 3U);
  EXPECT_EQ(after[0], before[0]);
  EXPECT_NE(after[1], before[1]);
  EXPECT_EQ(after[2], before[2]);
  accelerator_->release(memory);
}

TEST_F(AcceleratorTest, TheClockOfTwoMultiprocessorsIsNone) {
  runtime_.alternating = true;
  EXPECT_EQ(accelerator_->run(plan_, {}, 1).megahertz, 0);
}

TEST_F(AcceleratorTest, AFailureOfTheLibraryIsTold) {
  plan_.fails = true;
  try {
    accelerator_->run(plan_, {}, 1);
    FAIL() << "it ran";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("the library failed"));
  }
  plan_.fails = false;
  EXPECT_NEAR(accelerator_->run(plan_, {}, 1).seconds, 1e-4, 1e-9);
}

TEST_F(AcceleratorTest, MemoryThatIsNotThereIsBadAlloc) {
  runtime_.there_is = 100;
  EXPECT_THROW(accelerator_->allocate(101), std::bad_alloc);
  EXPECT_EQ(accelerator_->available_bytes(), 100U);
}

TEST_F(AcceleratorTest, NothingIsLeftBehind) {
  accelerator_->run(plan_, {}, 1);
  accelerator_->run_cold(plan_, {});
  accelerator_.reset();
  EXPECT_THAT(runtime_.memory, IsEmpty());
  EXPECT_THAT(runtime_.alive, IsEmpty());
}

TEST(MakeAccelerator, RefusesWhatIsNotHere) {
  RecordedRuntime runtime;
  for (const char* const id : {"h200", "cpu", "cuda:", "cuda:x"}) {
    Device device;
    device.id = id;
    EXPECT_THROW(make_accelerator(device, runtime), Error) << id;
  }
}

}  // namespace
}  // namespace convtune::cuda
