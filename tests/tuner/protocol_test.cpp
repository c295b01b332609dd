// What a sample is under each protocol: calls, memory, and the machine's speed around it.
#include <set>

#include <gtest/gtest.h>

#include "evict.hpp"
#include "sweep.hpp"
#include "track.hpp"

namespace convtune {
namespace {

using fake::always;

TEST(Tune, ColdTimesOneCallASample) {
  Sweep sweep;
  sweep.device.l3_bytes = sweep.device.l2_bytes = 1 << 16;
  sweep.settings.protocol = Protocol::cold;
  int calls = 0;
  sweep.add("a", {.seconds = always(1e-6), .before = [&](int) { ++calls; }});
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[0].outcome, Outcome::measured);
  EXPECT_EQ(calls, 4 + 3 + 1);  // the gate, the samples, the check after the race
}

TEST(Tune, ColdWeightsTimesOneCallASampleOrSaysWhyNot) {
  Sweep sweep;
  sweep.settings.protocol = Protocol::cold_weights;
  int calls = 0;
  sweep.add("a", {.seconds = always(1e-6), .before = [&](int) { ++calls; }});
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[0].outcome, can_evict() ? Outcome::measured : Outcome::refused);
  EXPECT_EQ(calls, can_evict() ? 4 + 3 + 1 : 0);
}

TEST(Tune, RotatedCallsMeetOtherMemoryUntilTheCachesAreFullTwice) {
  Sweep sweep;
  sweep.device.l3_bytes = 1 << 16;
  sweep.device.l2_bytes = 1 << 12;
  sweep.settings.protocol = Protocol::cold_rotated;
  sweep.settings.race.rigour = Rigour::exhaustive;
  sweep.settings.race.max_rounds = 400;
  std::vector<Buffers> met;
  sweep.add("a", {.seconds = always(1e-3),
                  .trespass = [&](int, const Buffers& buffers) { met.push_back(buffers); }});
  const TuneReport report = sweep.run();
  ASSERT_EQ(report.measurements[0].outcome, Outcome::measured) << report.measurements[0].reason;
  ASSERT_EQ(met.size(), 405U);
  const auto addresses = [&](void* Buffers::* tensor) {
    std::set<void*> found;
    for (std::size_t i = 4; i < 404; ++i) found.insert(met[i].*tensor);
    return found.size();
  };
  const std::size_t bytes = 4 * 36 * 4 + 4 * 4 * 9 * 4 + 4 * 36 * 4;
  const std::size_t copies = 2 * ((1 << 16) + (1 << 12)) / bytes + 2;
  EXPECT_EQ(addresses(&Buffers::source), copies);
  EXPECT_EQ(addresses(&Buffers::filter), copies);
  EXPECT_EQ(addresses(&Buffers::destination), copies);
  EXPECT_EQ(met[4].source, met[4 + copies].source) << "then the first comes again";
}

TEST(Tune, AChangeOfSpeedMarksTheSamplesAroundIt) {
  Sweep sweep;
  sweep.settings.race.rigour = Rigour::exhaustive;
  sweep.settings.race.max_rounds = 20;
  double work = 1e-3;
  int called = 0;
  sweep.settings.sentinel = [&] { sweep.clock.advance(work); };
  sweep.add("a", {.seconds = always(0.5), .before = [&](int) {
                    if (++called == 4 + 10) work = 1.3e-3;
                  }});
  const TuneReport report = sweep.run();
  const std::vector<Sample>& samples = report.measurements[0].samples;
  ASSERT_EQ(samples.size(), 20U);
  for (const Sample& sample : samples)
    EXPECT_EQ(sample.disturbed, sample.round >= 8 && sample.round < 12) << sample.round;
}

// Short calls are batched so that a sample lasts 100 us.
struct Batch {
  const char* name;
  double seconds;
  int calls;
  bool on_a_device = false;
};
class Batching : public testing::TestWithParam<Batch> {};

TEST_P(Batching, LongEnoughSamples) {
  fake::HandClock clock;
  const ConvProblem problem = Sweep().problem;
  const TestData data(problem, DataKind::uniform);
  int calls = 0;
  fake::FakeTrial<> trial(
      problem, {.seconds = always(GetParam().seconds), .before = [&](int) { ++calls; }}, &clock);
  trial.on_a_device = GetParam().on_a_device;
  Track track(problem, data, Device{}, Protocol::warm);
  track.enter(trial, GetParam().seconds);
  EXPECT_NEAR(track.sample(0), GetParam().seconds, 1e-3 * GetParam().seconds);
  EXPECT_EQ(calls, GetParam().calls);
}

INSTANTIATE_TEST_SUITE_P(Calls, Batching,
                         testing::Values(Batch{"long_one", 1e-3, 1},
                                         Batch{"at_the_limit", 50e-6, 1},
                                         Batch{"below_it", 49e-6, 3}, Batch{"ten", 10e-6, 10},
                                         Batch{"tiny", 0.999e-6, 101},
                                         Batch{"on_a_device", 50e-6, 2, true},
                                         Batch{"long_on_a_device", 100e-6, 1, true}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace convtune
