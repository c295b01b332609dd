// The rigour "confirmed", over fake implementations and a memory store.
#include <gmock/gmock.h>

#include "build.hpp"
#include "world.hpp"

namespace convtune {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Confirm, WinnerRunnerUpAndBaselineAreTimedAgainApart) {
  World world;
  const Tuned tuned = world.tune({.rigour = Rigour::confirmed});
  EXPECT_EQ(tuned.choice.candidate, "lib.conv/fast");
  EXPECT_EQ(tuned.choice.rigour, Rigour::confirmed);
  EXPECT_EQ(world.confirmations, 1);
  ASSERT_EQ(world.races.size(), 2U);
  EXPECT_THAT(world.races[1], ElementsAre("lib.conv/fast", "own.conv/plain", "lib.conv/default"));
  EXPECT_DOUBLE_EQ(*tuned.speedup, 2);
  EXPECT_THAT(world.warnings, Each(build_warning()));

  const std::vector<convtune::Run> runs = world.store->runs(world.problem);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].rigour, Rigour::race);
  EXPECT_EQ(runs[1].rigour, Rigour::confirmed);
  EXPECT_THAT(runs[1].settings, HasSubstr("\"fresh_process\":true"));
  EXPECT_THAT(runs[1].settings, HasSubstr("\"order\":\"mirrored\""));
  EXPECT_EQ(world.select({.least = Rigour::confirmed}).candidate, "lib.conv/fast");
}

TEST(Confirm, WhatIsConfirmedIsKnown) {
  World world;
  world.tune({.rigour = Rigour::confirmed});
  EXPECT_TRUE(world.tune({.rigour = Rigour::confirmed}).from_store);
  EXPECT_EQ(world.races.size(), 2U);
}

TEST(Confirm, AnEarlierRaceIsOnlyConfirmed) {
  World world;
  world.tune();
  EXPECT_FALSE(world.tune({.rigour = Rigour::confirmed}).from_store);
  EXPECT_EQ(world.races.size(), 2U);
  EXPECT_EQ(world.confirmations, 1);
}

TEST(Confirm, RetuneDoesBothAgain) {
  World world;
  world.tune({.rigour = Rigour::confirmed});
  world.tune({.rigour = Rigour::confirmed, .retune = true});
  EXPECT_EQ(world.races.size(), 4U);
  EXPECT_EQ(world.confirmations, 2);
}

TEST(Confirm, ADisagreementIsRacedAgainOnceAndSaid) {
  World world;
  world.fresh_seconds = {{"lib.conv/fast", 0.9}, {"own.conv/plain", 0.8}};
  world.tune({.rigour = Rigour::confirmed});
  EXPECT_EQ(world.races.size(), 4U);
  EXPECT_EQ(world.confirmations, 2);
  EXPECT_THAT(world.warnings, Contains(HasSubstr("is unstable")));
  int unstable = 0;
  for (const convtune::Run& run : world.store->runs(world.problem)) {
    EXPECT_EQ(run.rigour, Rigour::race) << "a contradiction is worth no more";
    unstable += run.settings.find("\"unstable\":true") != std::string::npos;
  }
  EXPECT_EQ(unstable, 2);
}

TEST(Confirm, ATieIsNoDisagreement) {
  World world;
  world.fresh_seconds = {{"own.conv/plain", 0.495}};
  world.tune({.rigour = Rigour::confirmed});
  EXPECT_EQ(world.confirmations, 1);
  EXPECT_THAT(world.warnings, Each(build_warning()));
}

TEST(Confirm, AnInterruptIsNoDisagreement) {
  World world;
  world.tune();
  world.interrupt = true;
  world.tune({.rigour = Rigour::confirmed});
  EXPECT_EQ(world.races.size(), 2U);
  EXPECT_TRUE(world.summary.interrupted);
  for (const convtune::Run& run : world.store->runs(world.problem))
    EXPECT_EQ(run.settings.find("unstable"), std::string::npos);
}

TEST(Confirm, ABudgetThatIsSpentLeavesTheRace) {
  World world;
  const Tuned tuned = world.tune({.rigour = Rigour::confirmed, .budget_seconds = 0.5});
  EXPECT_EQ(world.confirmations, 0);
  EXPECT_EQ(tuned.choice.rigour, Rigour::race);
}

}  // namespace
}  // namespace convtune
