#include <gtest/gtest.h>

#include "recorded.hpp"

namespace convtune {
namespace {

const std::vector<Recorded>& recorded() {
  static const std::vector<Recorded> all =
      read_recorded(CONVTUNE_TEST_DATA "/data/recorded_f32.tsv");
  return all;
}

RaceResult raced(const Recorded& problem, RaceSettings settings) {
  settings.max_rounds = static_cast<int>(problem.rounds());
  return race(
      problem.entrants,
      [&](std::size_t index, int round) {
        return problem.seconds[index][static_cast<std::size_t>(round)];
      },
      settings, [] { return 0.0; });
}

TEST(Replay, TheRaceIsAsGoodAndAsCheapAsPromised) {
  const ReplayScore score = replay(recorded(), {}, 20);
  EXPECT_LT(score.regret_mean, 0.0045);
  EXPECT_LT(score.excess_mean, 0.001);  // against taking every sample: the judge is noisy too
  EXPECT_LT(score.calls, 48);
  EXPECT_LT(score.clear_wrong, 0.05);
}

TEST(Replay, IsTheSameEveryTime) {
  const ReplayScore one = replay(recorded(), {}, 2), other = replay(recorded(), {}, 2);
  EXPECT_EQ(one.regret_mean, other.regret_mean);
  EXPECT_EQ(one.calls, other.calls);
}

TEST(Replay, OneRunIsCheapAndBad) {
  RaceSettings one_run;
  one_run.rigour = Rigour::one_run;
  const ReplayScore once = replay(recorded(), one_run, 5), race = replay(recorded(), {}, 5);
  EXPECT_LT(once.calls, race.calls);
  EXPECT_GT(once.regret_mean, 2 * race.regret_mean);
}

TEST(Replay, EveryDropIsByTheRule) {
  for (const Recorded& problem : recorded()) {
    const RaceResult result = raced(problem, {});
    for (std::size_t i = 0; i < problem.entrants.size(); ++i) {
      if (result.dropped[i].empty()) continue;
      bool beaten = false;
      for (std::size_t other = 0; other < problem.entrants.size(); ++other)
        beaten =
            beaten || (other != i && no_worse(problem.entrants[other], problem.entrants[i]) &&
                       result.dropped[i].find(problem.entrants[other].name) != std::string::npos);
      EXPECT_TRUE(beaten) << problem.problem << ": " << result.dropped[i];
    }
  }
}

TEST(Replay, SamplesAreThoseRecorded) {
  const Recorded& problem = recorded().front();
  const RaceResult result = raced(problem, {});
  for (std::size_t i = 0; i < problem.entrants.size(); ++i)
    for (const Sample& sample : result.samples[i])
      EXPECT_EQ(sample.seconds, problem.seconds[i][static_cast<std::size_t>(sample.round)]);
}

}  // namespace
}  // namespace convtune
