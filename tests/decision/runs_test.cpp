// Several runs of one problem: links through candidates timed in both, and what decides without.
#include <gmock/gmock.h>

#include "made.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Verdict decided(const std::vector<Run>& runs, const Constraints& constraints = {}) {
  return decide(runs, constraints, DecisionRule{});
}

TEST(ManyRuns, NoneIsNoAnswer) {
  const Verdict verdict = decided({});
  EXPECT_TRUE(verdict.ranking.empty());
  EXPECT_EQ(verdict.confidence, Confidence::none);
  EXPECT_EQ(verdict.reason, "No measured candidate may answer this question.");
}

TEST(ManyRuns, OneRunDecidesAsByItself) {
  const Races runs{run_of(1, {measured("a", steady(1)), measured("b", steady(1.5))})};
  const Verdict verdict = decided(runs);
  EXPECT_THAT(names(verdict), ElementsAre("a", "b"));
  EXPECT_EQ(verdict.confidence, Confidence::clear);
  EXPECT_EQ(verdict.tied, 1U);
  EXPECT_DOUBLE_EQ(verdict.ranking[0].seconds, 1);
  EXPECT_EQ(verdict.ranking[0].run, &runs[0]);
  EXPECT_EQ(verdict.reason, "Faster than 1 other candidate for sure.");
}

TEST(ManyRuns, LinkedByTheBaselineNotByTheClock) {
  // The second run was taken on a machine twice as slow: c is 0.8 of the baseline, a 0.9.
  const Races runs{run_of(1, {measured("base", steady(1)), measured("a", steady(0.9))}),
                   run_of(2, {measured("base", steady(2)), measured("c", steady(1.6))})};
  const Verdict verdict = decided(runs);
  EXPECT_THAT(names(verdict), ElementsAre("c", "a", "base"));
  EXPECT_EQ(verdict.confidence, Confidence::clear);
  EXPECT_NEAR(verdict.ranking[1].seconds, 1.8, 1e-9) << "as of the newest run";
  EXPECT_EQ(verdict.ranking[1].run, &runs[0]);
  EXPECT_THAT(verdict.reason, HasSubstr("Compared over 2 runs by candidates that they share."));
}

TEST(ManyRuns, OneCandidateAddedLaterIsComparedWithAllBefore) {
  const Races runs{run_of(1, {measured("base", steady(1)), measured("a", steady(0.9)),
                              measured("b", steady(0.95))}),
                   run_of(2, {measured("base", steady(1)), measured("a", steady(0.9)),
                              measured("late", steady(0.93))})};
  EXPECT_THAT(names(decided(runs)), ElementsAre("a", "late", "b", "base"));
}

TEST(ManyRuns, ChainsOfLinksAreFollowed) {
  const Races runs{run_of(1, {measured("a", steady(1)), measured("b", steady(2))}),
                   run_of(2, {measured("b", steady(1)), measured("c", steady(2))}),
                   run_of(3, {measured("c", steady(1)), measured("d", steady(2))})};
  const Verdict verdict = decided(runs);
  EXPECT_THAT(names(verdict), ElementsAre("a", "b", "c", "d"));
  EXPECT_NEAR(verdict.ranking[0].seconds, 0.25, 1e-9);
}

TEST(ManyRuns, PoolTheRoundsOfAPair) {
  // 4 rounds each are too few alone, 8 together tell a difference of 5 %.
  const Races runs{run_of(1, {measured("a", steady(1, 4)), measured("b", steady(1.05, 4))}),
                   run_of(2, {measured("a", steady(2, 4)), measured("b", steady(2.1, 4))})};
  EXPECT_EQ(decided({runs[0]}).confidence, Confidence::unresolved);
  EXPECT_EQ(decided(runs).confidence, Confidence::clear);
}

TEST(ManyRuns, WithoutALinkTheNewestDecidesAndTheReasonSaysSo) {
  const Races runs{run_of(1, {measured("a", steady(1))}),
                   run_of(2, {measured("b", steady(2)), measured("c", steady(3))})};
  const Verdict verdict = decided(runs);
  EXPECT_THAT(names(verdict), ElementsAre("b", "c"));
  EXPECT_THAT(verdict.reason, HasSubstr("1 other run has no candidate in common with it"));
}

TEST(ManyRuns, WithoutALinkRigourComesBeforeAge) {
  Races runs{run_of(1, {measured("a", steady(1))}), run_of(2, {measured("b", steady(2))})};
  runs[0].rigour = Rigour::exhaustive;
  EXPECT_THAT(names(decided(runs)), ElementsAre("a"));
}

TEST(ManyRuns, OrderInTheListDoesNotMatter) {
  const Race first = run_of(1, {measured("base", steady(1)), measured("a", steady(0.9))});
  const Race second = run_of(2, {measured("base", steady(2)), measured("c", steady(1.6))});
  const Races forward{first, second}, backward{second, first};
  EXPECT_EQ(names(decided(forward)), names(decided(backward)));
  EXPECT_EQ(decided(forward).reason, decided(backward).reason);
}

TEST(ManyRuns, TheAnswerBeforeKeepsATie) {
  // Alone the second run prefers b (less workspace); a was the answer of the first.
  const Races runs{run_of(1, {measured("a", steady(1), 64), measured("b", steady(1.2))}),
                   run_of(2, {measured("a", steady(1, 80), 64), measured("b", steady(1.001, 80))})};
  EXPECT_THAT(names(decided({runs[1]})), ElementsAre("b", "a"));
  const Verdict verdict = decided(runs);
  EXPECT_EQ(verdict.confidence, Confidence::tie);
  EXPECT_THAT(names(verdict), ElementsAre("a", "b"));
  EXPECT_EQ(verdict.reason.substr(0, 66),
            "As fast as 1 other candidate; preferred for being the answer befor");
}

TEST(ManyRuns, ALaterVerdictThatItIsWrongRemovesACandidate) {
  Races runs{run_of(1, {measured("a", steady(1)), measured("b", steady(2))}),
             run_of(2, {outcome_of("a", Outcome::wrong)})};
  EXPECT_THAT(names(decided(runs)), ElementsAre("b"));
  runs.push_back(run_of(3, {measured("a", steady(1)), measured("b", steady(2))}));
  EXPECT_THAT(names(decided(runs)), ElementsAre("a", "b")) << "right again since";
}

TEST(ManyRuns, SeenNotDeterministicOnceIsEnough) {
  Races runs{run_of(1, {measured("a", steady(1)), measured("b", steady(2))}),
             run_of(2, {measured("a", steady(1)), measured("b", steady(2))})};
  runs[0].measurements[0].deterministic_observed = false;
  EXPECT_THAT(names(decided(runs, {.deterministic = true})), ElementsAre("b"));
}

TEST(ManyRuns, AnotherRevisionOrEnvironmentIsAnotherCandidate) {
  Races runs{run_of(1, {measured("a", steady(1)), measured("base", steady(2))}),
             run_of(2, {measured("a", steady(3)), measured("base", steady(2))})};
  runs[1].measurements[0].candidate.revision = 2;
  EXPECT_THAT(names(decided(runs)), ElementsAre("a", "base", "a"));
  runs[1].measurements[0].candidate.revision = 1;
  runs[1].measurements[0].environment = 7;
  EXPECT_THAT(names(decided(runs)), ElementsAre("a", "base", "a"));
}

TEST(ManyRuns, LeastRigourFiltersRunsAndTheirLinks) {
  Races runs{run_of(1, {measured("a", steady(1)), measured("base", steady(2))}),
             run_of(2, {measured("b", steady(0.5)), measured("base", steady(2))})};
  runs[1].rigour = Rigour::one_run;
  EXPECT_THAT(names(decided(runs)), ElementsAre("b", "a", "base"));
  EXPECT_THAT(names(decided(runs, {.least = Rigour::race})), ElementsAre("a", "base"));
}

}  // namespace
}  // namespace convtune
