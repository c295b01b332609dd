// Who leaves a race when, and what is said of the others.
#include <array>
#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "field.hpp"

namespace convtune {
namespace {

TEST(Race, NobodyAndOne) {
  Field field;
  EXPECT_EQ(field.run().confidence, Confidence::none);
  field.add("only", 1);
  const RaceResult result = field.run();
  EXPECT_EQ(result.confidence, Confidence::clear);
  EXPECT_EQ(result.samples[0].size(), 3U) << "one time is none";
}

TEST(Race, ClearOnceTheRivalIsSlowerForSure) {
  Field field;
  field.add("fast", 1.00);
  field.add("slow", 1.05);
  const RaceResult result = field.run();
  EXPECT_EQ(result.confidence, Confidence::clear);
  EXPECT_EQ(result.rounds, 5);  // five per cent in every round needs the minimum of rounds
  EXPECT_FALSE(result.dropped[0]);
  ASSERT_TRUE(result.dropped[1]);
  EXPECT_EQ(result.dropped[1]->by, "fast");
  EXPECT_NEAR(result.dropped[1]->ratio, 1.05, 1e-9);
  EXPECT_EQ(result.dropped[1]->over, 5);
  EXPECT_EQ(result.dropped[1]->after, 5);
}

TEST(Race, EqualOnesTie) {
  Field field;
  field.add("a", 1.000);
  field.add("b", 1.001);
  field.add("c", 2.5);
  const RaceResult result = field.run();
  EXPECT_EQ(result.confidence, Confidence::tie);
  EXPECT_EQ(result.rounds, 5);
  EXPECT_FALSE(result.dropped[1]);
  EXPECT_EQ(result.samples[2].size(), 1U);
}

TEST(Race, UnresolvedAtTheLastRound) {
  Field field;
  field.add("steady", 1);
  field.add("restless", [](int round) { return 1 + 0.15 * std::sin(2.4 * round); });
  const RaceResult result = field.run();
  EXPECT_EQ(result.confidence, Confidence::unresolved);
  EXPECT_EQ(result.rounds, 30);
  EXPECT_EQ(result.samples[0].size(), 30U);
}

// By how much slower, and after how many rounds, somebody goes.
struct Going {
  const char* name;
  double factor;
  std::size_t rounds;
};
class Prune : public testing::TestWithParam<Going> {};

TEST_P(Prune, DropsInFewRoundsOnlyWhatIsFarBehind) {
  Field field;
  field.add("fast", 1);
  const std::size_t slow = field.add("slow", GetParam().factor);
  const RaceResult result = field.run();
  EXPECT_EQ(result.samples[slow].size(), GetParam().rounds);
  EXPECT_TRUE(result.dropped[slow]);
}

INSTANTIATE_TEST_SUITE_P(Factor, Prune,
                         testing::Values(Going{"double", 2.01, 1}, Going{"quarter", 1.26, 2},
                                         Going{"seventh", 1.16, 3}, Going{"tenth", 1.11, 4},
                                         Going{"twentieth", 1.05, 5}),
                         [](const auto& tested) { return tested.param.name; });

TEST(Race, OneGoodRoundKeepsARivalIn) {
  Field field;
  field.add("fast", 1);
  const std::size_t slow = field.add("slow", [](int round) { return round == 0 ? 1.0 : 1.3; });
  EXPECT_EQ(field.run().samples[slow].size(), 5U);
}

TEST(Race, OneSampleDropsNobodyWhoWasFasterBeforeTheRace) {
  Field field;
  field.add("fast", 1.1);
  const std::size_t hit = field.add("hit", [](int round) { return round == 0 ? 9.0 : 1.0; });
  field.entrants[hit].fastest_call_seconds = 1.2;
  EXPECT_FALSE(field.run().dropped[hit]);

  field.entrants[hit].fastest_call_seconds = 2.3;  // no faster than what drops it
  EXPECT_EQ(field.run().samples[hit].size(), 1U);
}

TEST(Race, WhoOnlyStallsIsNotLost) {
  Field field;
  field.add("fast", 1.1);
  const std::size_t stalled =
      field.add("stalled", [](int round) { return round < 12 ? 90.0 : 1.0; });
  field.entrants[stalled].fastest_call_seconds = 0.9;
  const RaceResult result = field.run();
  EXPECT_FALSE(result.dropped[stalled]);
  EXPECT_GT(result.samples[stalled].size(), 24U) << "until most of its samples are no stalls";
  EXPECT_TRUE(result.dropped[0]);
}

TEST(Race, OnlyWhoIsNoWorseDrops) {
  const auto dropped_by_a_better = [](const std::function<void(Entrant&)>& worsen) {
    Field field;
    field.add("fast", 1);
    worsen(field.entrants[0]);
    field.add("slow", 3);
    return field.run().dropped[1].has_value();
  };
  EXPECT_TRUE(dropped_by_a_better([](Entrant&) {}));
  EXPECT_FALSE(dropped_by_a_better([](Entrant& fast) { fast.workspace_bytes = 1; }));
  EXPECT_FALSE(dropped_by_a_better([](Entrant& fast) { fast.deterministic = false; }));
  EXPECT_FALSE(dropped_by_a_better([](Entrant& fast) { fast.precision = Precision::tf32; }));
}

TEST(Race, EveryDemandFindsItsWinner) {
  Field field;
  field.add("greedy", 1.00, 1 << 20);
  field.add("greedy too", 1.10, 1 << 20);
  const std::size_t lean = field.add("lean", 1.50);
  const std::size_t lean_too = field.add("lean too", 1.53);
  const RaceResult result = field.run();
  EXPECT_EQ(result.confidence, Confidence::clear);
  EXPECT_FALSE(result.dropped[lean]);
  EXPECT_EQ(result.samples[lean].size(), 5U);  // until its own rival is told apart
  ASSERT_TRUE(result.dropped[lean_too]);
  EXPECT_EQ(result.dropped[lean_too]->by, "lean");
}

TEST(Race, WhoeverWinsItsDemandAloneIsNotTimedAgain) {
  Field field;
  field.add("greedy", 1.00, 100);
  field.add("greedy too", 1.04, 100);
  const std::size_t lean = field.add("lean", 5.0);
  const RaceResult result = field.run();
  EXPECT_EQ(result.samples[lean].size(), 1U);
  EXPECT_EQ(result.confidence, Confidence::clear);
}

TEST(Race, ASlowDemandGetsNoMoreTimeThanTheOthers) {
  const auto restless = [](double seconds, int shift) {
    return [=](int round) { return seconds * (1 + 0.15 * std::sin(2.4 * round + shift)); };
  };
  Field field;
  field.add("greedy", restless(1, 0), 100);
  field.add("greedy too", restless(1, 1), 100);
  const std::size_t lean = field.add("lean", restless(6, 0));
  field.add("lean too", restless(6, 1));
  const RaceResult result = field.run();
  EXPECT_EQ(result.samples[0].size(), 30U);
  EXPECT_NEAR(static_cast<double>(result.samples[lean].size()), 30.0 / 6, 1);
}

TEST(Race, ThoseThatNobodyMayDropAreStillToldApart) {
  Field field;
  field.add("deterministic", 1.00, 100);
  field.add("lean", [](int round) { return 1 + 0.15 * std::sin(2.4 * round); });
  field.entrants[1].deterministic = false;
  const RaceResult result = field.run();
  EXPECT_EQ(result.samples[0].size(), 30U);
  EXPECT_EQ(result.samples[1].size(), 30U);
  EXPECT_EQ(result.confidence, Confidence::unresolved);
}

TEST(Race, ALuckySampleOfADroppedOneDoesNotLead) {
  // Everybody slows down after the first round, in which the third was dropped.
  Field field;
  field.add("a", [](int round) { return round == 0 ? 1.00 : 4.0; });
  field.add("b", [](int round) { return round == 0 ? 1.05 : 4.2; });
  const std::size_t dropped = field.add("c", 2.5);
  const RaceResult result = field.run();
  EXPECT_EQ(result.samples[dropped].size(), 1U);
  EXPECT_EQ(result.confidence, Confidence::clear);
}

TEST(Race, TheBaselineStaysToTheEnd) {
  Field field;
  field.add("a", 1.0);
  field.add("b", [](int round) { return 1 + 0.15 * std::sin(2.4 * round); });
  const std::size_t baseline = field.add("default", 3.0);
  field.entrants[baseline].baseline = true;
  const RaceResult result = field.run();
  EXPECT_EQ(result.samples[baseline].size(), 30U);
  EXPECT_FALSE(result.dropped[baseline]);
  EXPECT_EQ(result.confidence, Confidence::unresolved);
}

TEST(Race, ABaselineThatLosesClearlyDoesNotCloudTheWord) {
  Field field;
  field.add("a", 1.0);
  const std::size_t baseline = field.add("default", 1.2);
  field.entrants[baseline].baseline = true;
  EXPECT_EQ(field.run().confidence, Confidence::clear);
}

TEST(Race, SpikesDoNotDecide) {
  Field field;
  field.add("fast", [](int round) { return round == 1 ? 3.0 : 1.0; });
  field.add("slow", 1.1);
  const RaceResult result = field.run();
  EXPECT_EQ(result.confidence, Confidence::clear);
  EXPECT_FALSE(result.dropped[0]);
}

TEST(Confidence, IsDerivedFromSamplesAlone) {
  const auto samples = [](std::initializer_list<double> seconds) {
    std::vector<Sample> result;
    for (const double each : seconds)
      result.push_back({.round = static_cast<int>(result.size()), .seconds = each});
    return result;
  };
  const DecisionRule rule;
  using All = std::vector<std::vector<Sample>>;
  EXPECT_EQ(confidence(All{}, rule), Confidence::none);
  EXPECT_EQ(confidence(All{{}, {}}, rule), Confidence::none);
  EXPECT_EQ(confidence(All{samples({1})}, rule), Confidence::clear);
  EXPECT_EQ(confidence(All{samples({1}), samples({2.1})}, rule), Confidence::clear);
  EXPECT_EQ(confidence(All{samples({1}), samples({1.9})}, rule), Confidence::unresolved);
  EXPECT_EQ(confidence(All{samples({1, 1, 1, 1, 1}), samples({1, 1, 1, 1, 1})}, rule),
            Confidence::tie);
  // Dropped by the second, which the leader beat: it never met the leader long enough.
  EXPECT_EQ(confidence(
                All{samples({1.4, 1, 1, 1, 1}), samples({1.2, 1.1, 1.1, 1.1, 1.1}), samples({2.5})},
                rule),
            Confidence::clear);
}

TEST(Race, WhoeverBreaksDownLeavesAndWhomItDroppedComesBack) {
  const std::vector<Entrant> entrants = {{.name = "breaks"}, {.name = "good"}, {.name = "slow"}};
  const double seconds[] = {1e-3, 2.5e-3, 3e-3};
  const auto sample = [&](std::size_t index, int round) -> std::optional<double> {
    if (index == 0 && round > 0) return std::nullopt;
    return seconds[index];
  };
  const RaceResult result = race(entrants, sample, {}, [] { return 0.0; });
  EXPECT_TRUE(result.samples[0].empty());
  ASSERT_TRUE(result.dropped[0]);
  EXPECT_EQ(result.dropped[0]->by, "");
  EXPECT_GE(result.samples[1].size(), 3U);
  EXPECT_FALSE(result.dropped[1]);
  EXPECT_EQ(result.confidence, Confidence::clear);
}

// The second is hit hard in some rounds, which tells nothing about it.
Field hit_in(const std::function<bool(int)>& rounds) {
  Field field;
  field.add("first", 1.0);
  field.add("second", [=](int round) { return rounds(round) ? 1.5 : 0.9; });
  return field;
}

TEST(Race, DisturbedRoundsHaveNoSay) {
  Field field = hit_in([](int round) { return round < 3; });
  field.settings.disturbed = [](int round) { return round < 3; };
  const RaceResult result = field.run();
  EXPECT_FALSE(result.dropped[1]);
  ASSERT_TRUE(result.dropped[0]);
  EXPECT_EQ(result.dropped[0]->by, "second");
  EXPECT_EQ(result.dropped[0]->over, 5) << "those that were calm";
  EXPECT_EQ(result.dropped[0]->after, 8);
  EXPECT_TRUE(result.samples[1][2].disturbed);
  EXPECT_FALSE(result.samples[1][3].disturbed);
}

TEST(Race, DisturbedRoundsCountWhereThereAreNoOthers) {
  Field field = hit_in([](int) { return true; });
  field.settings.disturbed = [](int) { return true; };
  const RaceResult result = field.run();
  ASSERT_TRUE(result.dropped[1]);
  EXPECT_EQ(result.dropped[1]->after, 10) << "having waited for calmer ones";
  EXPECT_EQ(result.confidence, Confidence::clear);
}

std::vector<Sample> disturbed_rounds(const std::vector<double>& seconds) {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < seconds.size(); ++i)
    samples.push_back({.round = static_cast<int>(i), .seconds = seconds[i], .disturbed = true});
  return samples;
}

TEST(Race, ItsWordIsNotClearWhereTheTimesSpeakAgainstDisturbedRounds) {
  const auto word = [](const std::vector<double>& a, const std::vector<double>& b) {
    const std::vector<std::vector<Sample>> samples = {disturbed_rounds(a), disturbed_rounds(b)};
    return confidence(samples, DecisionRule{});
  };
  EXPECT_EQ(word({1, 1, 1}, {1.3, 1.3, 1.3}), Confidence::clear);
  // Ahead by pairs, behind by its own times.
  EXPECT_EQ(word({1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3},
                 {1.05, 1.05, 1.05, 1.05, 2.1, 2.1, 2.1, 2.1, 0.9, 0.9, 0.9, 0.9}),
            Confidence::unresolved);
}

TEST(Race, EndsForADemandWhoseLeaderWasTimedLongEnough) {
  // Two that noise keeps from being told apart; 0.1 s a call.
  const auto rounds_within = [](double demand_seconds) {
    Field field;
    field.settings.demand_seconds = demand_seconds;
    field.add("a", 0.1);
    field.add("b", [](int round) {
      constexpr std::array noise = {0.108, 0.093, 0.102, 0.097, 0.105, 0.095};
      return noise.at(static_cast<std::size_t>(round) % noise.size());
    });
    return field.run().rounds;
  };
  EXPECT_EQ(rounds_within(0), 30);
  EXPECT_EQ(rounds_within(0.95), 10);
  EXPECT_EQ(rounds_within(0.2), 5) << "as many as tell anyone apart";
}

}  // namespace
}  // namespace convtune
