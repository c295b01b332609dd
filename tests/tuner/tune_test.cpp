#include <cstdlib>
#include <deque>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>

#include <tuner/tune.hpp>

#include "evict.hpp"
#include "fakes.hpp"
#include "track.hpp"

namespace convtune {
namespace {

using fake::always;
using fake::Behaviour;
using fake::FakeImplementation;
using testing::HasSubstr;

const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1");

struct Sweep {
  fake::HandClock clock;
  std::deque<FakeImplementation> implementations;
  std::vector<Contender> contenders;
  Device device;
  TuneSettings settings;

  Candidate& add(const std::string& name, Behaviour behaviour) {
    implementations.emplace_back(name, std::move(behaviour), &clock);
    contenders.push_back(implementations.back().contender());
    return contenders.back().candidate;
  }
  TuneReport run() { return tune(problem, contenders, device, settings, clock); }
};

TEST(Tune, MeasuresWhatIsRightAndSaysWhyNotTheRest) {
  Sweep sweep;
  sweep.add("right", {.seconds = always(1e-3)});
  sweep.add("wrong", {.seconds = always(1e-3), .spoil = [](int, auto& y) { y[3] = 0.5; }});
  sweep.add("throws", {.before = [](int) { throw std::runtime_error("no such instruction"); }});
  sweep.add("slower", {.seconds = always(1.5e-3)});
  const TuneReport report = sweep.run();
  ASSERT_EQ(report.measurements.size(), 4U);
  const auto& [right, wrong, throws, slower] =
      std::tie(report.measurements[0], report.measurements[1], report.measurements[2],
               report.measurements[3]);
  EXPECT_EQ(right.outcome, Outcome::measured);
  EXPECT_EQ(right.reason, "");
  ASSERT_FALSE(right.samples.empty());
  EXPECT_NEAR(right.samples[0].seconds, 1e-3, 1e-9);
  EXPECT_EQ(right.error.exact, true);
  EXPECT_EQ(right.deterministic_observed, true);
  EXPECT_NEAR(right.first_call_seconds, 1e-3, 1e-9);
  EXPECT_EQ(wrong.outcome, Outcome::wrong);
  EXPECT_TRUE(wrong.samples.empty());
  EXPECT_EQ(throws.outcome, Outcome::failed);
  EXPECT_EQ(throws.reason, "no such instruction");
  EXPECT_EQ(slower.outcome, Outcome::measured);
  EXPECT_EQ(report.confidence, Confidence::clear);
  EXPECT_GT(report.cost_seconds, 0);
  EXPECT_FALSE(report.interrupted);
}

TEST(Tune, VerifyOnlyTimesNothing) {
  Sweep sweep;
  sweep.add("right", {.seconds = always(1e-3)});
  sweep.add("slow but right", {.seconds = always(10)});
  sweep.settings.time = false;
  const TuneReport report = sweep.run();
  for (const Measurement& m : report.measurements) {
    EXPECT_EQ(m.outcome, Outcome::measured) << m.reason;
    EXPECT_TRUE(m.samples.empty());
  }
  EXPECT_EQ(report.confidence, Confidence::none);
}

TEST(Tune, WrongAfterTheRaceIsWrong) {
  Sweep sweep;
  sweep.add("tired", {.seconds = always(1e-3), .spoil = [](int call, auto& y) {
                        if (call > 8) y[0] += 1;
                      }});
  sweep.add("right", {.seconds = always(1.02e-3)});
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[0].outcome, Outcome::wrong);
  EXPECT_THAT(report.measurements[0].reason, HasSubstr("after the race: output [0, 0, 0, 0]"));
  EXPECT_FALSE(report.measurements[0].samples.empty());
  EXPECT_EQ(report.measurements[1].outcome, Outcome::measured);
  EXPECT_EQ(report.confidence, Confidence::clear);  // of those that are right
}

TEST(Tune, WhatIsPredictedToBeHopelessIsRefusedUnlessAloneNamedOrBaseline) {
  Sweep sweep;
  sweep.add("good", {.seconds = always(1e-3)});
  sweep.add("naive", {.seconds = always(1e-3)}).slowdown = 20;
  sweep.add("default", {.seconds = always(1e-3)}).slowdown = 50;
  sweep.contenders[2].candidate.baseline = true;
  TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[1].outcome, Outcome::refused);
  EXPECT_THAT(report.measurements[1].reason, HasSubstr("20 times as long"));
  EXPECT_EQ(sweep.implementations[1].prepared, 0);
  EXPECT_EQ(report.measurements[2].outcome, Outcome::measured);

  sweep.settings.gate_slow = false;
  EXPECT_EQ(sweep.run().measurements[1].outcome, Outcome::measured);

  Sweep alone;
  alone.add("naive", {.seconds = always(1e-3)}).slowdown = 1000;
  EXPECT_EQ(alone.run().measurements[0].outcome, Outcome::measured);
}

TEST(Tune, TenTimesTheBestKnownIsTooSlowInWhateverOrder) {
  for (const bool slow_first : {false, true}) {
    Sweep sweep;
    if (slow_first) sweep.add("slow", {.seconds = always(11e-3)});
    sweep.add("fast", {.seconds = always(1e-3)});
    if (!slow_first) sweep.add("slow", {.seconds = always(11e-3)});
    sweep.add("default", {.seconds = always(15e-3)}).baseline = true;
    const TuneReport report = sweep.run();
    const Measurement& slow = report.measurements[slow_first ? 0 : 1];
    EXPECT_EQ(slow.outcome, Outcome::too_slow);
    EXPECT_TRUE(slow.samples.empty());
    EXPECT_THAT(slow.reason, HasSubstr("0.011 s where 0.01 s"));
    EXPECT_EQ(report.measurements[2].outcome, Outcome::measured);
    EXPECT_FALSE(report.measurements[2].samples.empty());
  }
}

TEST(Tune, ASlowOneWithLessWorkspaceIsRacedAllTheSame) {
  Sweep sweep;
  sweep.add("fast", {.wants_workspace = 64, .seconds = always(1e-3)});
  sweep.add("lean", {.seconds = always(11e-3)});
  sweep.add("hopeless", {.seconds = always(0.2)});
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[1].outcome, Outcome::measured);
  EXPECT_EQ(report.measurements[2].outcome, Outcome::too_slow);
}

TEST(Tune, TheBaselineIsTimedInEveryRound) {
  Sweep sweep;
  sweep.add("a", {.seconds = always(1e-3)});
  sweep.add("b", {.seconds = [](int call) { return 1e-3 * (1 + 0.15 * std::sin(2.4 * call)); }});
  sweep.add("default", {.seconds = always(3e-3)}).baseline = true;
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.rounds, 30);
  EXPECT_EQ(report.measurements[2].samples.size(), 30U);
}

TEST(Tune, ABudgetLeavesTheBaselineAndOneMore) {
  Sweep sweep;
  sweep.add("last", {.seconds = always(1)}).slowdown = 3;
  sweep.add("good", {.seconds = always(1)});
  sweep.add("middle", {.seconds = always(1)}).slowdown = 2;
  sweep.add("default", {.seconds = always(1)}).baseline = true;
  sweep.settings.race.budget_seconds = 0.5;
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[0].outcome, Outcome::refused);
  EXPECT_THAT(report.measurements[0].reason, HasSubstr("budget"));
  EXPECT_EQ(report.measurements[1].samples.size(), 1U);
  EXPECT_EQ(report.measurements[2].outcome, Outcome::refused);
  EXPECT_EQ(report.measurements[3].samples.size(), 1U);
  EXPECT_EQ(report.confidence, Confidence::budget);
  EXPECT_FALSE(report.interrupted);
}

TEST(Tune, NoCheckBeginsThatTheBudgetHasNoRoomFor) {
  Sweep sweep;
  for (const char* name : {"a", "b", "c", "d"}) sweep.add(name, {.seconds = always(1)});
  sweep.settings.race.budget_seconds = 14;  // a check takes four calls
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[2].outcome, Outcome::measured);
  EXPECT_EQ(report.measurements[3].outcome, Outcome::refused);
  EXPECT_EQ(report.confidence, Confidence::budget);
}

TEST(Tune, ALaterRaceOfASweepMayBeCutBelowTwo) {
  Sweep sweep;
  for (const char* name : {"a", "b"}) sweep.add(name, {.seconds = always(1)});
  sweep.settings.race.budget_seconds = 0.5;
  sweep.settings.at_least_two = false;
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[0].outcome, Outcome::refused);
  EXPECT_EQ(report.measurements[1].outcome, Outcome::refused);
  EXPECT_LT(report.cost_seconds, 5);
}

TEST(Tune, TellsTheVerdictsBeforeAnythingIsTimed) {
  Sweep sweep;
  sweep.add("right", {.seconds = always(1e-3)});
  sweep.add("wrong", {.spoil = [](int, auto& y) { y[3] = 0.5; }});
  std::vector<Measurement> told;
  sweep.settings.checked = [&](std::span<const Measurement> verdicts) {
    told.assign(verdicts.begin(), verdicts.end());
  };
  sweep.run();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[1].outcome, Outcome::wrong);
  EXPECT_TRUE(told[0].samples.empty());
}

TEST(Tune, WhoWasLeftOutMakesNoClearWinner) {
  Sweep sweep;
  for (const char* name : {"a", "b"}) sweep.add(name, {.seconds = always(1e-3)});
  int asked = 0;
  sweep.settings.stop = [&] { return ++asked > 1; };  // after one check
  const TuneReport report = sweep.run();
  EXPECT_TRUE(report.interrupted);
  EXPECT_NE(report.confidence, Confidence::clear);
}

TEST(Tune, TheLastResortIsRefusedBesideAnyother) {
  Sweep sweep;
  sweep.add("narrow", {.seconds = always(1e-3)}).slowdown = 8;
  sweep.add("last", {.seconds = always(1e-3)}).slowdown = 100;
  TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[0].outcome, Outcome::measured);
  EXPECT_EQ(report.measurements[1].outcome, Outcome::refused);
}

TEST(Tune, StoppingKeepsWhatThereIs) {
  Sweep sweep;
  sweep.add("a", {.seconds = always(1e-3)});
  sweep.add("b", {.seconds = always(1e-3)});
  sweep.settings.race.rigour = Rigour::exhaustive;
  int asked = 0;
  sweep.settings.stop = [&] { return ++asked > 12; };  // two checks, then ten samples
  TuneReport report = sweep.run();
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.measurements[0].samples.size() + report.measurements[1].samples.size(), 10U);
  EXPECT_EQ(report.measurements[0].outcome, Outcome::measured);

  sweep.settings.stop = [] { return true; };
  report = sweep.run();
  EXPECT_TRUE(report.interrupted);
  for (const Measurement& m : report.measurements) {
    EXPECT_EQ(m.outcome, Outcome::refused);
    EXPECT_THAT(m.reason, HasSubstr("interrupted"));
  }
}

TEST(Tune, WhatDoesNotFitTheMemoryIsRefused) {
  Sweep sweep;
  sweep.add("greedy", {.wants_workspace = std::size_t{1} << 40});
  sweep.add("modest", {.seconds = always(1e-3)});
  TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[0].outcome, Outcome::refused);
  EXPECT_THAT(report.measurements[0].reason, HasSubstr("1099511627776 bytes of workspace"));
  EXPECT_EQ(sweep.implementations[0].prepared, 0);
  EXPECT_EQ(report.measurements[1].outcome, Outcome::measured);

  sweep.device.memory_bytes = 1000;
  report = sweep.run();
  for (const Measurement& m : report.measurements) {
    EXPECT_EQ(m.outcome, Outcome::refused);
    EXPECT_THAT(m.reason, HasSubstr("bytes of memory"));
  }
}

TEST(Tune, SaysWhatItDoes) {
  Sweep sweep;
  std::vector<std::string> lines;
  sweep.add("a", {.seconds = always(1e-3)});
  sweep.settings.progress = [&](const std::string& line) { lines.push_back(line); };
  sweep.run();
  EXPECT_EQ(lines, (std::vector<std::string>{"checking 1 of 1: a", "round 1 of at most 30",
                                             "round 2 of at most 30", "round 3 of at most 30"}));
}

TEST(Tune, NobodyIsNothing) {
  Sweep sweep;
  EXPECT_TRUE(sweep.run().measurements.empty());
}

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

TEST(Tune, SaysWhoDroppedWhom) {
  Sweep sweep;
  sweep.add("fast", {.seconds = always(1e-3)});
  sweep.add("slow", {.seconds = always(1.3e-3)});
  const TuneReport report = sweep.run();
  EXPECT_FALSE(report.measurements[0].dropped);
  ASSERT_TRUE(report.measurements[1].dropped);
  EXPECT_EQ(report.measurements[1].dropped->by, "fast");
  EXPECT_NEAR(report.measurements[1].dropped->ratio, 1.3, 1e-6);
  EXPECT_EQ(report.measurements[1].dropped->after, 2);
}

TEST(Tune, WhoeverFailsInTheRaceIsOutAndTheOthersGoOn) {
  Sweep sweep;
  sweep.add("tired", {.seconds = always(0.5e-3), .before = [](int call) {
                        if (call > 4) throw std::runtime_error("out of luck");
                      }});
  sweep.add("right", {.seconds = always(1e-3)});
  sweep.add("slower", {.seconds = always(1.3e-3)});
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[0].outcome, Outcome::failed);
  EXPECT_EQ(report.measurements[0].reason, "out of luck");
  EXPECT_TRUE(report.measurements[0].samples.empty());
  EXPECT_GE(report.measurements[1].samples.size(), 3U);
  EXPECT_EQ(report.measurements[2].outcome, Outcome::measured);
  EXPECT_EQ(report.confidence, Confidence::clear);
}

TEST(Tune, ASettingThatThisProcessLacksIsAReasonToRefuse) {
  Sweep sweep;
  sweep.add("capped", {}).worker_environment = {"CONVTUNE_TEST_CAP=1"};
  sweep.add("plain", {.seconds = always(1e-3)});
  EXPECT_EQ(sweep.run().measurements[0].outcome, Outcome::refused);
  setenv("CONVTUNE_TEST_CAP", "1", 1);
  EXPECT_EQ(sweep.run().measurements[0].outcome, Outcome::measured);
  unsetenv("CONVTUNE_TEST_CAP");
}

// Short calls are batched so that a sample lasts 100 us.
struct Batch {
  const char* name;
  double seconds;
  int calls;
};
class Batching : public testing::TestWithParam<Batch> {};

TEST_P(Batching, LongEnoughSamples) {
  fake::HandClock clock;
  const TestData data(problem, DataKind::uniform);
  int calls = 0;
  fake::FakeTrial<> trial(
      problem, {.seconds = always(GetParam().seconds), .before = [&](int) { ++calls; }}, &clock);
  Track track(problem, data, Device{}, Protocol::warm);
  track.enter(trial, GetParam().seconds);
  EXPECT_NEAR(track.sample(0), GetParam().seconds, 1e-3 * GetParam().seconds);
  EXPECT_EQ(calls, GetParam().calls);
}

INSTANTIATE_TEST_SUITE_P(Calls, Batching,
                         testing::Values(Batch{"long_one", 1e-3, 1},
                                         Batch{"at_the_limit", 50e-6, 1},
                                         Batch{"below_it", 49e-6, 3}, Batch{"ten", 10e-6, 10},
                                         Batch{"tiny", 0.999e-6, 101}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace convtune
