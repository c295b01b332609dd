// What tuning says of each candidate, from the check to the race.
#include <cmath>
#include <stdexcept>

#include <gmock/gmock.h>

#include "sweep.hpp"

namespace convtune {
namespace {

using fake::always;
using testing::HasSubstr;

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

TEST(Tune, TheBaselineIsTimedInEveryRound) {
  Sweep sweep;
  sweep.add("a", {.seconds = always(1e-3)});
  sweep.add("b", {.seconds = [](int call) { return 1e-3 * (1 + 0.15 * std::sin(2.4 * call)); }});
  sweep.add("default", {.seconds = always(3e-3)}).baseline = true;
  const TuneReport report = sweep.run();
  EXPECT_EQ(report.rounds, 30);
  EXPECT_EQ(report.measurements[2].samples.size(), 30U);
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

}  // namespace
}  // namespace convtune
