// Who is left out of a race: the hopeless, what a budget or the memory has no room for, and what
// comes after a stop.
#include <cstdlib>

#include <gmock/gmock.h>

#include "sweep.hpp"

namespace convtune {
namespace {

using fake::always;
using testing::HasSubstr;

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

TEST(Tune, ALongCallIsTooSlowBeyondThreeTimesTheBestKnown) {
  Sweep sweep;
  sweep.add("fast", {.seconds = always(20e-3)});
  sweep.add("short", {.seconds = always(95e-3)});  // 4.75 times, but no long call
  sweep.add("long", {.seconds = always(105e-3)});
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.measurements[1].outcome, Outcome::measured);
  EXPECT_EQ(report.measurements[2].outcome, Outcome::too_slow);
  EXPECT_THAT(report.measurements[2].reason, HasSubstr("0.105 s where 0.1 s"));

  Sweep slower;
  slower.add("fast", {.seconds = always(0.1)});
  slower.add("tolerable", {.seconds = always(0.29)});
  slower.add("long", {.seconds = always(0.31)});
  const TuneReport others = slower.run();
  EXPECT_EQ(others.measurements[1].outcome, Outcome::measured);
  EXPECT_EQ(others.measurements[2].outcome, Outcome::too_slow);
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

TEST(Tune, ASettingThatThisProcessLacksIsAReasonToRefuse) {
  Sweep sweep;
  sweep.add("capped", {}).worker_environment = {"CONVTUNE_TEST_CAP=1"};
  sweep.add("plain", {.seconds = always(1e-3)});
  EXPECT_EQ(sweep.run().measurements[0].outcome, Outcome::refused);
  setenv("CONVTUNE_TEST_CAP", "1", 1);
  EXPECT_EQ(sweep.run().measurements[0].outcome, Outcome::measured);
  unsetenv("CONVTUNE_TEST_CAP");
}

}  // namespace
}  // namespace convtune
