// One run: who leads, who is tied or out, what breaks a tie, and how sure the answer is.
#include <cmath>

#include <gmock/gmock.h>

#include "made.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Decision decided(const Run& run, const Constraints& constraints = {},
                 const std::string& incumbent = {}) {
  return decide(run, constraints, DecisionRule{}, incumbent);
}

TEST(OneRun, NothingMeasuredIsNoAnswer) {
  const Race run = run_of(1, {outcome_of("a", Outcome::wrong), outcome_of("b", Outcome::refused)});
  EXPECT_THAT(decided(run).standings, IsEmpty());
  EXPECT_EQ(decided(run).confidence, Confidence::none);
}

TEST(OneRun, OneCandidateAloneIsClear) {
  EXPECT_EQ(decided(run_of(1, {measured("a", steady(1))})).confidence, Confidence::clear);
}

TEST(OneRun, SlowerForSureIsOut) {
  // The spread is at its floor of 0.4 %, so the margin is 2.5 * 1.2533 * 0.004 / sqrt(8).
  const double margin = 2.5 * 1.2533 * 0.004 / std::sqrt(8.0);
  const Race run = run_of(1, {measured("slow", steady(1.05)), measured("fast", steady(1))});
  const Decision decision = decided(run);
  EXPECT_THAT(names(run, decision), ElementsAre("fast", "slow"));
  EXPECT_EQ(decision.confidence, Confidence::clear);
  EXPECT_FALSE(decision.standings[0].out);
  const Standing& slow = decision.standings[1];
  EXPECT_TRUE(slow.out);
  EXPECT_FALSE(slow.tied);
  EXPECT_NEAR(slow.ratio, 1.05, 1e-12);
  EXPECT_NEAR(std::log(slow.ratio_high / slow.ratio_low), 2 * margin, 1e-12);
  EXPECT_DOUBLE_EQ(slow.median_seconds, 1.05);
}

TEST(OneRun, TheMarginDecidesBetweenOutAndTied) {
  const double margin = 2.5 * 1.2533 * 0.004 / std::sqrt(8.0);
  const auto rival = [&](double log_ratio) {
    const Race run =
        run_of(1, {measured("a", steady(1)), measured("b", steady(std::exp(log_ratio)))});
    return decided(run).standings[1];
  };
  EXPECT_TRUE(rival(margin * 1.01).out);
  EXPECT_FALSE(rival(margin * 0.99).out);
  EXPECT_TRUE(rival(margin * 0.99).tied);
}

TEST(OneRun, NoisyRivalsAreUnresolved) {
  // Faster in some rounds, slower in others: neither out nor tied.
  const Race run =
      run_of(1, {measured("a", steady(1)),
                 measured("b", rounds({0.9, 1.1, 0.95, 1.05, 0.92, 1.08, 1.02, 1.01}))});
  const Decision decision = decided(run);
  EXPECT_EQ(decision.confidence, Confidence::unresolved);
  EXPECT_FALSE(decision.standings[1].out);
  EXPECT_FALSE(decision.standings[1].tied);
  Race cut = run;
  cut.verdict = "budget";
  EXPECT_EQ(decided(cut).confidence, Confidence::budget);
}

TEST(OneRun, ThatWasCutShortIsNeverClearSinceItMayHaveLeftSomebodyOut) {
  Race run = run_of(1, {measured("a", steady(1)), measured("b", steady(2))});
  run.verdict = "budget";
  EXPECT_EQ(decided(run).confidence, Confidence::budget);
}

TEST(OneRun, TooFewRoundsTellOnlyWhatTheRaceWouldDrop) {
  const auto out = [](int count, double ratio) {
    const Race run =
        run_of(1, {measured("a", steady(1, count)), measured("b", steady(ratio, count))});
    return decided(run).standings[1].out;
  };
  EXPECT_FALSE(out(1, 1.9));
  EXPECT_TRUE(out(1, 2.1));
  EXPECT_FALSE(out(4, 1.05));
  EXPECT_TRUE(out(4, 1.6));
  EXPECT_TRUE(out(5, 1.05));
}

TEST(OneRun, PairsByRoundSoThatDriftDoesNotMatter) {
  // The machine slows down by half for everybody; b is always 4 % slower than a.
  const std::vector<double> a{1, 1, 1, 1, 1.5, 1.5, 1.5, 1.5};
  std::vector<double> b = a;
  for (double& seconds : b) seconds *= 1.04;
  const Race run = run_of(1, {measured("a", rounds(a)), measured("b", rounds(b))});
  EXPECT_EQ(decided(run).confidence, Confidence::clear);
  EXPECT_NEAR(decided(run).standings[1].ratio, 1.04, 1e-12);
}

TEST(OneRun, WhoLeftBeforeTheMachineSlowedDownDoesNotLead) {
  // c left after 5 rounds, 10 % behind; by raw medians (1.1 to 1.2) it would lead.
  const Race run = run_of(1, {measured("a", rounds({1, 1, 1, 1, 1, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2})),
                              measured("c", steady(1.1, 5))});
  EXPECT_THAT(names(run, decided(run)), ElementsAre("a", "c"));
  EXPECT_EQ(decided(run).confidence, Confidence::clear);
}

TEST(OneRun, WhoWinsMostRoundsLeadsWhateverTheMedians) {
  // b is faster in four rounds of five, yet its median is 2 and a's is 1.05.
  const Race run = run_of(
      1, {measured("a", rounds({1, 1, 1.05, 3, 3})), measured("b", rounds({0.99, 0.99, 2, 2, 2}))});
  EXPECT_THAT(names(run, decided(run)), ElementsAre("b", "a"));
  EXPECT_GT(decided(run).standings[1].ratio, 1);
}

TEST(OneRun, WhoWasBeatenDoesNotLeadThoughItWonTheRoundsThatItSaw) {
  // c left early and was faster than a only in the rounds in which a was held up; b beats c, and in
  // most rounds a is a quarter faster than b.
  const Race run =
      run_of(1, {measured("a", rounds({2.36, 1.5, 1.52, 3.84, 4.03, 1.52, 1.54, 1.49, 1.52}), 2000),
                 measured("b", rounds({1.91, 1.93, 3.44, 1.94, 1.99, 1.95, 1.93, 1.91, 1.97})),
                 measured("c", rounds({2.04, 2.08, 2.07, 2.06, 2.09}), 2000)});
  EXPECT_THAT(names(run, decided(run)), ElementsAre("a", "c", "b"));
  EXPECT_EQ(decided(run).confidence, Confidence::clear);
}

TEST(OneRun, WhereRoundsGoInACircleTimesDecide) {
  // In most of its rounds each is faster than the next, a than b than c than a; b is least by
  // median.
  const Race run =
      run_of(1, {measured("a", rounds({1.0, 3.0, 2.1, 1.0, 3.0, 2.1, 1.0, 3.0, 2.1})),
                 measured("b", rounds({2.0, 1.0, 3.0, 2.0, 1.0, 3.0, 2.0, 1.0, 3.0})),
                 measured("c", rounds({3.0, 2.2, 1.0, 3.0, 2.2, 1.0, 3.0, 2.2, 1.0}))});
  EXPECT_EQ(names(run, decided(run)).front(), "b");
  EXPECT_EQ(decided(run).confidence, Confidence::unresolved);
}

TEST(OneRun, WhoIsFasterByMoreThanTheToleranceIsNotTied) {
  // Faster by a tenth in most rounds, but not for sure, and with more workspace.
  const Race run = run_of(1, {measured("a", rounds({1, 1, 1, 3, 3, 1, 1, 1}), 512),
                              measured("b", rounds({1.1, 1.1, 1.4, 1, 1, 1.1, 1.3, 1.1}))});
  EXPECT_EQ(names(run, decided(run)).front(), "a");
  EXPECT_EQ(decided(run).confidence, Confidence::unresolved);
}

TEST(OneRun, WhoWasDroppedForAnothersSakeIsOut) {
  // c met a in one round only, where a had a hiccup; it is out because b was twice as fast.
  const Race run = run_of(1, {measured("a", rounds({1.9, 1, 1, 1, 1, 1, 1})),
                              measured("b", rounds({1.04, 1.04, 1.04, 1.04, 1.04, 1.04, 1.04})),
                              measured("c", steady(2.2, 1))});
  EXPECT_EQ(decided(run).confidence, Confidence::clear);
}

TEST(OneRun, DisturbedPairsAreNotClearWhereTheWinnersOwnTimesAreSlower) {
  // Two rounds of three have a 5 % ahead of b, but its median is 2 and b's is 1.05.
  const std::vector<double> a{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
  const std::vector<double> b{1.05, 1.05, 1.05, 1.05, 2.1, 2.1, 2.1, 2.1, 0.9, 0.9, 0.9, 0.9};
  const Race calm = run_of(1, {measured("a", rounds(a)), measured("b", rounds(b))});
  EXPECT_EQ(decided(calm).confidence, Confidence::clear);
  const Race busy =
      run_of(1, {measured("a", disturbed(rounds(a))), measured("b", disturbed(rounds(b)))});
  EXPECT_EQ(names(busy, decided(busy)).front(), "a");
  EXPECT_FALSE(decided(busy).standings[1].out);
  EXPECT_EQ(decided(busy).confidence, Confidence::unresolved);
}

TEST(OneRun, AStalledRoundBeforeAnotherWasDroppedBeatsNobodyWhoRacedOn) {
  // c took 0.23 in the only round in which it met b, where the machine held b up for 4 seconds.
  const Race run =
      run_of(1, {measured("a", rounds({0.11, 0.11, 0.11, 0.11, 0.11, 0.11, 0.11, 0.11})),
                 measured("b", rounds({4.0, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08})),
                 measured("c", rounds({0.23}))});
  EXPECT_EQ(names(run, decided(run)).front(), "b");
  EXPECT_EQ(decided(run).confidence, Confidence::clear);
}

// Its one sample is smaller than the medians of rounds in which the machine stood still.
TEST(OneRun, WhoWasDroppedInADisturbedRoundDoesNotLeadByIt) {
  std::vector<double> slowed{3.7e-6};
  slowed.resize(12, 122e-6);
  std::vector<double> half = slowed;
  for (double& each : half) each *= 0.55;
  const Race run = run_of(
      1, {measured("a", disturbed(rounds(slowed))), measured("b", disturbed(rounds({13e-6}))),
          measured("c", disturbed(rounds(half)))});
  EXPECT_EQ(names(run, decided(run)).front(), "c");
}

Run tied_run() {
  Race run = run_of(1, {measured("a", steady(1.001), 512), measured("b", steady(1), 1024),
                        measured("c", steady(1.3))});
  return run;
}

TEST(OneRun, WhoWasDroppedForAnothersSakeNeverLeads) {
  // The yardsticks stood still in the only round of "b", which looks fast beside them.
  std::vector<double> stalled(10, 20e-6);
  stalled.front() = 5e-3;
  const Race run = run_of(
      1, {measured("y", rounds(stalled)), measured("z", rounds(stalled)),
          measured("b", rounds({19e-6})), measured("c", rounds({6.6e-6, 3.4e-6, 3.3e-6, 3.4e-6}))});
  const Decision decision = decide(run, {}, {});
  EXPECT_EQ(names(run, decision).front(), "c");
}

TEST(OneRun, TiesGoToLessWorkspace) {
  const Race run = tied_run();
  const Decision decision = decided(run);
  EXPECT_THAT(names(run, decision), ElementsAre("a", "b", "c"));
  EXPECT_EQ(decision.confidence, Confidence::tie);
  EXPECT_TRUE(decision.standings[0].tied);
  EXPECT_DOUBLE_EQ(decision.standings[1].ratio, 1);
}

TEST(OneRun, TheIncumbentKeepsATie) {
  const Race run = tied_run();
  EXPECT_THAT(names(run, decided(run, {}, "b")), ElementsAre("b", "a", "c"));
  EXPECT_THAT(names(run, decided(run, {}, "c")), ElementsAre("a", "b", "c")) << "c is not tied";
}

TEST(OneRun, ThenReordersThenExactnessThenTheName) {
  Race run = run_of(1, {measured("d", steady(1)), measured("c", steady(1)),
                        measured("b", steady(1)), measured("a", steady(1))});
  run.measurements[1].candidate.inexact = true;
  run.measurements[2].reorder_source_seconds = 0.1;
  run.measurements[3].reorder_destination_seconds = 0.1;
  EXPECT_THAT(names(run, decided(run)), ElementsAre("d", "c", "a", "b"));
}

TEST(OneRun, ConfidenceIsForTheQuestionAsked) {
  // Without a limit a is clear; within no workspace b and c are left, and tied.
  const Race run = run_of(
      1, {measured("a", steady(1), 64), measured("b", steady(1.5)), measured("c", steady(1.501))});
  EXPECT_EQ(decided(run).confidence, Confidence::clear);
  const Decision within = decided(run, {.workspace_limit = 0});
  EXPECT_EQ(within.confidence, Confidence::tie);
  EXPECT_THAT(names(run, within), ElementsAre("b", "c"));
}

TEST(OneRun, DeterministicMeansDeclaredAndObserved) {
  Race run = run_of(1, {measured("a", steady(1)), measured("b", steady(1.1)),
                        measured("c", steady(1.2)), measured("d", steady(1.3))});
  run.measurements[0].deterministic_observed = false;
  run.measurements[1].deterministic_observed = std::nullopt;
  run.measurements[2].candidate.deterministic = false;
  EXPECT_THAT(names(run, decided(run, {.deterministic = true})), ElementsAre("d"));
}

TEST(OneRun, OfAnotherProtocolOrLessRigourDoesNotAnswer) {
  Race run = tied_run();
  EXPECT_THAT(decided(run, {.protocol = Protocol::cold}).standings, IsEmpty());
  EXPECT_THAT(decided(run, {.least = Rigour::exhaustive}).standings, IsEmpty());
  run.rigour = Rigour::exhaustive;
  EXPECT_EQ(decided(run, {.least = Rigour::race}).standings.size(), 3U);
}

}  // namespace
}  // namespace convtune
