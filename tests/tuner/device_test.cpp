// Tuning where candidates run on a device with memory of its own. Proves that they are checked and
// timed on that memory; nothing about a GPU.
#include <gmock/gmock.h>

#include "fake_accelerator.hpp"
#include "fakes.hpp"

namespace convtune {
namespace {

using fake::always;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct DeviceSweep {
  fake::HandClock clock;
  std::vector<std::unique_ptr<fake::FakeImplementation>> implementations;
  std::vector<Contender> contenders;
  TuneSettings settings;
  ConvProblem problem = parse_problem("fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1_bias");
  fake::FakeAccelerator* accelerator = nullptr;  ///< once it was opened
  int opened = 0;
  double megahertz = 0, usual_megahertz = 0;
  std::unique_ptr<fake::FakeImplementation> definition;  ///< TuneSettings::definition

  void add(const std::string& name, fake::Behaviour behaviour) {
    implementations.push_back(
        std::make_unique<fake::FakeImplementation>(name, std::move(behaviour), &clock));
    contenders.push_back(implementations.back()->contender());
  }

  TuneReport run() {
    settings.definition = definition.get();
    Device device{.kind = DeviceKind::cuda, .id = "cuda:0", .name = "a device"};
    device.l2_bytes = 1 << 16;
    device.l3_bytes = 0;
    workplace = local_workplace(clock, [this](const Device&) {
      ++opened;
      auto made = std::make_unique<fake::FakeAccelerator>(std::size_t{1} << 30, clock);
      made->megahertz = megahertz;
      made->usual_megahertz = usual_megahertz;
      accelerator = made.get();
      return made;
    });
    return tune(problem, contenders, device, settings, *workplace, clock);
  }

  std::unique_ptr<Workplace> workplace;
};

TEST(OnADevice, ChecksAndTimesWhatRunsThere) {
  DeviceSweep sweep;
  sweep.add("right", {.wants_workspace = 512, .seconds = always(1e-3)});
  sweep.add("wrong", {.seconds = always(1e-3), .spoil = [](int, auto& y) { y[3] = 0.5; }});
  sweep.add("slower", {.seconds = always(1.5e-3)});
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[0].outcome, Outcome::measured) << report.measurements[0].reason;
  EXPECT_NEAR(report.measurements[0].samples.at(0).seconds, 1e-3, 1e-9);
  EXPECT_EQ(report.measurements[0].error.exact, true);
  EXPECT_EQ(report.measurements[1].outcome, Outcome::wrong);
  EXPECT_EQ(report.measurements[2].outcome, Outcome::measured);
  EXPECT_EQ(report.confidence, Confidence::clear);
  EXPECT_EQ(sweep.opened, 1);
}

TEST(OnADevice, TrespassIsSeen) {
  const auto write = [](std::ptrdiff_t offset, void* Buffers::* where) {
    return [=](int, const Buffers& buffers) {
      static_cast<std::byte*>(buffers.*where)[offset] = std::byte{1};
    };
  };
  DeviceSweep sweep;
  const std::ptrdiff_t end = 4 * 6 * 6 * 4;
  sweep.add("ahead", {.trespass = write(-1, &Buffers::destination)});
  sweep.add("behind", {.trespass = write(end, &Buffers::destination)});
  sweep.add("input", {.trespass = write(0, &Buffers::source)});
  sweep.add("workspace", {.wants_workspace = 64, .trespass = write(64, &Buffers::workspace)});
  const TuneReport report = sweep.run();
  const char* const reasons[] = {"wrote before the destination buffer",
                                 "wrote after the destination buffer", "changed its input",
                                 "wrote after the workspace"};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(report.measurements[i].outcome, Outcome::wrong);
    EXPECT_THAT(report.measurements[i].reason, HasSubstr(reasons[i]));
  }
}

TEST(OnADevice, AnOutputThatIsNotWrittenIsWrong) {
  DeviceSweep sweep;
  sweep.add("idle", {.stores = false});
  EXPECT_EQ(sweep.run().measurements[0].outcome, Outcome::wrong);
}

TEST(OnADevice, ARaceMovesNothing) {
  DeviceSweep sweep;
  sweep.add("one", {.wants_workspace = 4096, .seconds = always(1e-3)});
  sweep.add("two", {.wants_workspace = 64, .seconds = always(1.001e-3)});
  sweep.settings.race.max_rounds = 40;
  sweep.settings.race.rigour = Rigour::exhaustive;
  std::vector<int> moved;  // by the beginning of each round
  sweep.settings.progress = [&](const std::string& line) {
    if (line.starts_with("round "))
      moved.push_back(sweep.accelerator->uploads + sweep.accelerator->downloads);
  };
  EXPECT_EQ(sweep.run().rounds, 40);
  ASSERT_EQ(moved.size(), 40U);
  EXPECT_THAT(moved, testing::Each(moved.front()));
}

TEST(OnADevice, ColdRunsAreTheDevices) {
  DeviceSweep sweep;
  sweep.add("right", {.seconds = always(1e-3)});
  sweep.settings.protocol = Protocol::cold;
  EXPECT_EQ(sweep.run().measurements[0].outcome, Outcome::measured);
  EXPECT_GT(sweep.accelerator->cold_runs, 0);
}

TEST(OnADevice, WeightsAloneAreNotEvicted) {
  DeviceSweep sweep;
  sweep.add("right", {.seconds = always(1e-3)});
  sweep.settings.protocol = Protocol::cold_weights;
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[0].outcome, Outcome::refused);
  EXPECT_THAT(report.measurements[0].reason, HasSubstr("caches"));
}

TEST(OnADevice, RotatedTensorsAreCopiesOfTheFirst) {
  DeviceSweep sweep;
  sweep.add("right", {.seconds = always(1e-3)});
  sweep.settings.protocol = Protocol::cold_rotated;
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[0].outcome, Outcome::measured) << report.measurements[0].reason;
  EXPECT_THAT(report.measurements[0].samples, Not(IsEmpty()));
}

TEST(OnADevice, WhatIsOverLeavesItsMemoryToOthers) {
  DeviceSweep sweep;
  sweep.add("right", {.wants_workspace = 4096, .seconds = always(1e-3)});
  sweep.add("wrong", {.seconds = always(1e-3), .spoil = [](int, auto& y) { y[3] = 0.5; }});
  sweep.run();
  EXPECT_EQ(sweep.accelerator->blocks(), 0U);
}

TEST(OnADevice, AWorkspaceBeyondItsMemoryIsRefusedForNow) {
  DeviceSweep sweep;
  sweep.add("right", {.seconds = always(1e-3)});
  sweep.add("greedy", {.wants_workspace = std::size_t{900} << 20, .seconds = always(1e-3)});
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[0].outcome, Outcome::measured);
  EXPECT_EQ(report.measurements[1].outcome, Outcome::refused);
  EXPECT_THAT(report.measurements[1].reason,
              testing::StartsWith("there is not enough memory on the device: its tensors and its "
                                  "workspace of 943718400 bytes take"));
}

TEST(OnADevice, AWorkspaceIsOnTheDeviceAlone) {
  constexpr std::size_t large = std::size_t{16} << 20;
  DeviceSweep sweep;
  sweep.add("right", {.wants_workspace = large, .seconds = always(1e-3)});
  EXPECT_EQ(sweep.run().measurements[0].outcome, Outcome::measured);
  EXPECT_LT(sweep.accelerator->uploaded_bytes, large / 16);
}

TEST(OnADevice, InputsAreMovedOnceASetOfData) {
  DeviceSweep sweep;
  sweep.add("right", {.seconds = always(1e-3)});
  sweep.settings.time = false;
  sweep.run();
  EXPECT_EQ(sweep.accelerator->downloads, 4) << "one output a call";
}

TEST(OnADevice, TheClockIsKept) {
  DeviceSweep sweep;
  sweep.megahertz = 1410;
  sweep.add("right", {.seconds = always(1e-3)});
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[0].megahertz, 1410);
  for (const Sample& sample : report.measurements[0].samples) EXPECT_FALSE(sample.disturbed);
}

TEST(OnADevice, RoundsWithADroppedClockAreMarked) {
  DeviceSweep sweep;
  sweep.megahertz = 1000;
  sweep.usual_megahertz = 1980;
  sweep.add("right", {.seconds = always(1e-3)});
  const TuneReport report = sweep.run();
  ASSERT_THAT(report.measurements[0].samples, Not(IsEmpty()));
  for (const Sample& sample : report.measurements[0].samples) EXPECT_TRUE(sample.disturbed);
}

// The reference of the fakes is the definition, in float64 here.
TEST(OnADevice, TheReferenceIsSummedThere) {
  int calls = 0;
  DeviceSweep sweep;
  sweep.definition = std::make_unique<fake::FakeImplementation>(
      "definition", fake::Behaviour{.before = [&](int) { ++calls; }}, &sweep.clock);
  sweep.add("right", {.seconds = always(1e-3)});
  sweep.add("wrong", {.seconds = always(1e-3), .spoil = [](int, auto& y) { y[3] = 0.5; }});
  std::vector<std::string> said;
  sweep.settings.progress = [&](const std::string& line) { said.push_back(line); };
  const TuneReport report = sweep.run();
  EXPECT_EQ(calls, 4) << "products and magnitudes of two sets of data";
  EXPECT_EQ(report.measurements[0].outcome, Outcome::measured) << report.measurements[0].reason;
  EXPECT_EQ(report.measurements[0].error.exact, true);
  EXPECT_EQ(report.measurements[1].outcome, Outcome::wrong);
  EXPECT_THAT(said, Not(testing::Contains(HasSubstr("summed on the CPU"))));
}

TEST(OnADevice, AReferenceThatIsWrongIsNotBelieved) {
  DeviceSweep sweep;
  sweep.definition = std::make_unique<fake::FakeImplementation>(
      "definition", fake::Behaviour{.spoil = [](int, auto& y) { y[7] += 1e-6; }}, &sweep.clock);
  sweep.add("right", {.seconds = always(1e-3)});
  std::vector<std::string> said;
  sweep.settings.progress = [&](const std::string& line) { said.push_back(line); };
  EXPECT_EQ(sweep.run().measurements[0].outcome, Outcome::measured);
  EXPECT_THAT(said, testing::Contains(testing::MatchesRegex(
                        "the reference is summed on the CPU: definition gives .* for output 7 "
                        "where this CPU gives .*")));
}

TEST(OnADevice, AReferenceThatCannotBeSummedThereIsSummedHere) {
  DeviceSweep sweep;
  sweep.definition = std::make_unique<fake::FakeImplementation>(
      "definition",
      fake::Behaviour{.before = [](int) { throw std::runtime_error("out of order"); }},
      &sweep.clock);
  sweep.add("right", {.seconds = always(1e-3)});
  std::vector<std::string> said;
  sweep.settings.progress = [&](const std::string& line) { said.push_back(line); };
  EXPECT_EQ(sweep.run().measurements[0].outcome, Outcome::measured);
  EXPECT_THAT(said, testing::Contains("the reference is summed on the CPU: out of order"));
}

TEST(OnADevice, ADeviceThatCannotBeOpenedFailsTheCandidate) {
  fake::HandClock clock;
  const fake::FakeImplementation right("right", {}, &clock);
  const Contender contender = right.contender();
  Device device{.kind = DeviceKind::cuda, .id = "cuda:0", .name = "a device"};
  const auto nowhere = local_workplace(clock);
  const TuneReport report = tune(parse_problem("fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1"),
                                 {&contender, 1}, device, {}, *nowhere, clock);
  EXPECT_EQ(report.measurements[0].outcome, Outcome::failed);
  EXPECT_THAT(report.measurements[0].reason, HasSubstr("Nothing here can run candidates"));
}

}  // namespace
}  // namespace convtune
