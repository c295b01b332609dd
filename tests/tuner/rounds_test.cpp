// The rounds of a race: how many, in what order, and what ends them.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "field.hpp"

namespace convtune {
namespace {

TEST(Race, EachRoundHasEverybodyOnceInItsOwnOrder) {
  Field field;
  for (const char* name : {"a", "b", "c", "d", "e"}) field.add(name, 1.0);
  field.settings.rigour = Rigour::exhaustive;
  field.settings.max_rounds = 20;
  field.run();
  ASSERT_EQ(field.order.size(), 100U);
  std::set<std::vector<std::size_t>> orders;
  for (int round = 0; round < 20; ++round) {
    std::vector<std::size_t> here;
    for (const auto& [in, index] : field.order)
      if (in == round) here.push_back(index);
    orders.insert(here);
    std::ranges::sort(here);
    EXPECT_EQ(here, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
  }
  EXPECT_GT(orders.size(), 15U);
}

TEST(Race, ASeedGivesTheSameOrderAndAnotherAnother) {
  const auto order = [](std::uint64_t seed) {
    Field field;
    for (const char* name : {"a", "b", "c", "d", "e"}) field.add(name, 1.0);
    field.settings.seed = seed;
    field.run();
    return field.order;
  };
  EXPECT_EQ(order(7), order(7));
  EXPECT_NE(order(7), order(8));
  // What a stored seed means must not change.
  EXPECT_EQ(order(7)[0].second, 1U);
  EXPECT_EQ(order(7)[1].second, 3U);
}

TEST(Race, OneRunIsOneRound) {
  Field field;
  field.add("a", 1.0);
  field.add("b", 1.1);
  field.add("c", 2.5);
  field.settings.rigour = Rigour::one_run;
  const RaceResult result = field.run();
  EXPECT_EQ(result.rounds, 1);
  EXPECT_EQ(field.order.size(), 3U);
  EXPECT_EQ(result.confidence, Confidence::unresolved);
}

TEST(Race, ExhaustiveDropsNobody) {
  Field field;
  field.add("a", 1.0);
  field.add("b", 9.0);
  field.settings.rigour = Rigour::exhaustive;
  const RaceResult result = field.run();
  EXPECT_EQ(result.samples[1].size(), 30U);
  EXPECT_FALSE(result.dropped[1]);
  EXPECT_EQ(result.confidence, Confidence::clear);
}

TEST(Race, ABudgetCutsBetweenSamplesButNotTheFirstRound) {
  Field field;
  field.add("a", 1.0);
  field.add("b", 1.03);
  field.add("c", 1.02);
  field.settings.budget_seconds = 0.5;
  RaceResult result = field.run();
  EXPECT_EQ(result.rounds, 2);
  EXPECT_EQ(field.order.size(), 3U);
  EXPECT_EQ(result.confidence, Confidence::budget);
  EXPECT_FALSE(result.interrupted);

  Field longer = field;
  longer.spent = 0;
  longer.order.clear();
  longer.settings.budget_seconds = 7;
  result = longer.run();
  EXPECT_EQ(longer.order.size(), 7U);
  EXPECT_EQ(result.rounds, 3);
}

TEST(Race, CutAfterTheFirstRoundNothingIsClear) {
  Field field;
  field.add("a", 1.0);
  field.add("b", 1.03);
  field.add("c", 3.0);
  field.settings.budget_seconds = 0.5;
  EXPECT_EQ(field.run().confidence, Confidence::budget);
}

TEST(Race, AnInterruptKeepsWhatThereIs) {
  Field field;
  field.add("a", 1.0);
  field.add("b", 1.03);
  int asked = 0;
  const RaceResult result = field.run([&] { return ++asked > 3; });
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(result.samples[0].size() + result.samples[1].size(), 3U);
}

TEST(Race, MirroredRoundsGoThereAndBack) {
  Field field;
  field.add("a", 1);
  field.add("b", 1);
  field.add("c", 1);
  field.settings.rigour = Rigour::exhaustive;
  field.settings.order = Order::mirrored;
  field.settings.max_rounds = 3;
  field.run();
  const std::vector<std::pair<int, std::size_t>> there_and_back = {
      {0, 0}, {0, 1}, {0, 2}, {1, 2}, {1, 1}, {1, 0}, {2, 0}, {2, 1}, {2, 2}};
  EXPECT_EQ(field.order, there_and_back);
}

}  // namespace
}  // namespace convtune
