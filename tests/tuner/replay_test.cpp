#include <gmock/gmock.h>

#include <convtune/recorded.hpp>
#include <tuner/replay.hpp>

namespace convtune {
namespace {

using testing::ElementsAre;

const std::vector<Recorded>& recorded() {
  static const std::vector<Recorded> all =
      read_recorded_file(CONVTUNE_TEST_DATA "/data/recorded_f32.tsv").problems;
  return all;
}

RaceResult raced_in_order(const Recorded& problem) {
  RaceSettings settings;
  settings.max_rounds = static_cast<int>(problem.rounds());
  return race(
      entrants_of(problem),
      [&](std::size_t index, int round) {
        return problem.entries[index].seconds[static_cast<std::size_t>(round)];
      },
      settings, [] { return 0.0; });
}

RuleScore score_of(std::string_view rule, int seeds) {
  for (const SelectionRule& each : selection_rules())
    if (each.name == rule) return judge(each.select, recorded(), seeds);
  ADD_FAILURE() << "no rule " << rule;
  return {};
}

Selection selected(std::string_view rule, const Recorded& problem) {
  std::vector<std::size_t> rounds;
  for (std::size_t i = 0; i < problem.rounds(); ++i) rounds.push_back(i);
  for (const SelectionRule& each : selection_rules())
    if (each.name == rule) return each.select(problem, rounds, 1);
  ADD_FAILURE() << "no rule " << rule;
  return {};
}

/// Twenty rounds of a steady candidate and two that are slower, one with a lucky sample.
Recorded three() {
  Recorded problem{.problem = "made up", .entries = {}, .library_choice = 2};
  problem.entries.push_back({.candidate = "fast", .seconds = std::vector<double>(20, 1e-3)});
  problem.entries.push_back(
      {.candidate = "lucky once", .seconds = std::vector<double>(20, 1.2e-3)});
  problem.entries.push_back({.candidate = "usual", .seconds = std::vector<double>(20, 4e-3)});
  problem.entries[1].seconds[0] = 0.5e-3;
  return problem;
}

TEST(SelectionRules, ChooseAsTheirNamesSay) {
  const Recorded problem = three();
  EXPECT_EQ(selected("library", problem).chosen, 2U);
  EXPECT_EQ(selected("one_run", problem).chosen, 1U);
  EXPECT_EQ(selected("median_10", problem).chosen, 0U);
  EXPECT_EQ(selected("minimum_10", problem).chosen, 1U);
  EXPECT_EQ(selected("halving_2_4_8", problem).chosen, 0U);
  EXPECT_EQ(selected("plain_race", problem).chosen, 0U);
  EXPECT_EQ(selected("race", problem).chosen, 0U);
  EXPECT_EQ(selected("all_samples", problem).chosen, 0U);
}

std::vector<std::size_t> counts(const Selection& selection) {
  std::vector<std::size_t> result;
  for (const auto& samples : selection.samples) result.push_back(samples.size());
  return result;
}

TEST(SelectionRules, TakeTheSamplesThatTheyNeed) {
  const Recorded problem = three();
  EXPECT_THAT(counts(selected("library", problem)), ElementsAre(0, 0, 0));
  EXPECT_THAT(counts(selected("one_run", problem)), ElementsAre(1, 1, 1));
  EXPECT_THAT(counts(selected("median_10", problem)), ElementsAre(10, 10, 10));
  EXPECT_THAT(counts(selected("all_samples", problem)), ElementsAre(20, 20, 20));
  // Two of three go on to four more samples, one of these to eight more.
  EXPECT_THAT(counts(selected("halving_2_4_8", problem)), ElementsAre(14, 6, 2));
  // The usual one is over twice as slow; five rounds tell the other apart.
  EXPECT_THAT(counts(selected("plain_race", problem)), ElementsAre(5, 5, 1));
}

TEST(SelectionRules, ThePlainRaceHasAWord) {
  Recorded problem = three();
  EXPECT_EQ(selected("plain_race", problem).word, Confidence::clear);
  problem.entries[1].seconds.assign(20, 1.001e-3);
  EXPECT_EQ(selected("plain_race", problem).word, Confidence::tie);
  const auto noisy = [&](double spread) {
    for (std::size_t i = 0; i < 20; ++i)
      problem.entries[1].seconds[i] = 1e-3 * (1 + spread * (static_cast<double>(i % 3) - 1));
  };
  noisy(0.015);
  EXPECT_EQ(selected("plain_race", problem).word, Confidence::tie);
  noisy(0.03);
  EXPECT_EQ(selected("plain_race", problem).word, Confidence::unresolved);
  EXPECT_THAT(counts(selected("plain_race", problem)), ElementsAre(20, 20, 1));
}

TEST(SelectionRules, WhoNeedsLessWorkspaceIsNotDropped) {
  Recorded problem = three();
  problem.entries[0].workspace_bytes = 1;
  EXPECT_THAT(counts(selected("plain_race", problem))[2], 1U) << "the second needs none either";
  EXPECT_THAT(counts(selected("plain_race", problem))[1], 5U);
}

TEST(Replay, ScoresByRoundsThatWereNotSeen) {
  const std::vector<Recorded> problems(3, three());
  const RuleScore library = judge(selection_rules().front().select, problems, 2);
  EXPECT_NEAR(library.regret_mean, 3, 1e-12);
  EXPECT_NEAR(library.regret_p95, 3, 1e-12);
  EXPECT_NEAR(library.excess_mean, 3, 1e-12);
  EXPECT_NEAR(library.excess_low, 3, 1e-12);
  EXPECT_NEAR(library.excess_high, 3, 1e-12);
  EXPECT_EQ(library.over_5_percent, 1);
  EXPECT_EQ(library.cost_calls, 0);
  EXPECT_EQ(library.clear_share, 0);
}

TEST(Replay, TheRaceIsAsGoodAndAsCheapAsPromised) {
  const RuleScore score = score_of(default_rule, 20);
  EXPECT_LT(score.regret_mean, 0.0045);
  EXPECT_LT(score.excess_mean, 0.001);  // against taking every sample: the judge is noisy too
  EXPECT_LT(score.cost_calls, 48);
  EXPECT_LT(score.clear_wrong, 0.05);
  EXPECT_LE(score.excess_low, score.excess_mean);
  EXPECT_GE(score.excess_high, score.excess_mean);
}

TEST(Replay, AllSamplesHaveNoExcess) {
  const RuleScore score = score_of(all_samples_rule, 3);
  EXPECT_EQ(score.excess_mean, 0);
  EXPECT_EQ(score.excess_low, 0);
  EXPECT_EQ(score.excess_high, 0);
}

TEST(Replay, IsTheSameEveryTime) {
  const RuleScore one = score_of(default_rule, 2), other = score_of(default_rule, 2);
  EXPECT_EQ(one.regret_mean, other.regret_mean);
  EXPECT_EQ(one.cost_calls, other.cost_calls);
  EXPECT_EQ(one.excess_low, other.excess_low);
}

TEST(Replay, OneRunIsCheapAndBad) {
  const RuleScore once = score_of("one_run", 5), race = score_of(default_rule, 5);
  EXPECT_LT(once.cost_calls, race.cost_calls);
  EXPECT_GT(once.regret_mean, 2 * race.regret_mean);
}

TEST(Replay, EveryDropIsByTheRule) {
  for (const Recorded& problem : recorded()) {
    const RaceResult result = raced_in_order(problem);
    const std::vector<Entrant> entrants = entrants_of(problem);
    for (std::size_t i = 0; i < entrants.size(); ++i) {
      if (!result.dropped[i]) continue;
      bool beaten = false;
      for (std::size_t other = 0; other < entrants.size(); ++other)
        beaten = beaten || (other != i && no_worse(entrants[other], entrants[i]) &&
                            result.dropped[i]->by == entrants[other].name);
      EXPECT_TRUE(beaten) << problem.problem << ": " << entrants[i].name;
    }
  }
}

TEST(Replay, SamplesAreThoseRecorded) {
  const Recorded& problem = recorded().front();
  const RaceResult result = raced_in_order(problem);
  for (std::size_t i = 0; i < problem.entries.size(); ++i)
    for (const Sample& sample : result.samples[i])
      EXPECT_EQ(sample.seconds, problem.entries[i].seconds[static_cast<std::size_t>(sample.round)]);
}

}  // namespace
}  // namespace convtune
