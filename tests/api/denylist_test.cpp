// What is on a denylist is not offered, not timed and never answers; and everybody says why.
#include <gmock/gmock.h>

#include "world.hpp"

namespace convtune {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

Denial denial_of(const std::string& pattern) {
  Denial denial;
  denial.pattern = pattern;
  denial.reason = "for a test";
  denial.filed_unix = 86'400;
  return denial;
}

TEST(Denylist, ADeniedCandidateIsNotTimed) {
  World world;
  world.store->deny(denial_of("lib.conv/f*"));
  const Tuned tuned = world.tune();
  EXPECT_THAT(world.races.back(),
              UnorderedElementsAre("lib.conv/default", "own.conv/plain", "own.reference"));
  EXPECT_EQ(tuned.choice.candidate, "own.conv/plain");
}

TEST(Denylist, TuningNamesItWhereItLeavesNobody) {
  World world;
  world.store->deny(denial_of("*"));
  const Tuned tuned = world.tune();
  EXPECT_EQ(tuned.choice.candidate, "");
  EXPECT_THAT(tuned.choice.reason,
              testing::StartsWith("No candidate could be measured. lib.conv/default is on the "
                                  "denylist (number 1, by hand, "));
  EXPECT_THAT(tuned.choice.reason, testing::EndsWith(": for a test. So are 3 others."));
}

TEST(Denylist, ADeniedCandidateNeverAnswersUntilItIsLifted) {
  World world;
  world.tune();
  const auto id = world.store->deny(denial_of("lib.conv/fast"));
  EXPECT_EQ(world.select().candidate, "own.conv/plain");
  EXPECT_TRUE(world.tune().from_store) << "nothing is left to be timed";
  EXPECT_EQ(world.tune().choice.candidate, "own.conv/plain");
  world.store->lift(id);
  EXPECT_EQ(world.select().candidate, "lib.conv/fast");
  EXPECT_EQ(world.races.size(), 1U);
}

TEST(Denylist, AHeuristicPassesTheDeniedOver) {
  World world;
  EXPECT_EQ(world.select().candidate, "lib.conv/default");
  world.store->deny(denial_of("lib.*"));
  EXPECT_EQ(world.select().candidate, "own.conv/plain");
  world.store->deny(denial_of("*"));
  const Choice none = world.select();
  EXPECT_EQ(none.candidate, "");
  EXPECT_THAT(none.reason, HasSubstr("is on the denylist (number"));
}

TEST(Denylist, HoldsInItsRangeOnly) {
  World world;
  world.tune();
  Denial elsewhere = denial_of("*fast");
  elsewhere.range.backend = "own";
  world.store->deny(elsewhere);
  Denial other = denial_of("*fast");
  other.range.environment = 1;
  world.store->deny(other);
  EXPECT_EQ(world.select().candidate, "lib.conv/fast");

  Denial here = denial_of("*fast");
  here.range.environment = world.store->runs(world.problem)[0].measurements[0].environment;
  world.store->deny(here);
  EXPECT_EQ(world.select().candidate, "own.conv/plain");
}

TEST(Denylist, AnImportedDenialIsNotInForce) {
  World world;
  world.tune();
  Denial imported = denial_of("*");
  imported.imported = true;
  world.store->deny(imported);
  EXPECT_EQ(world.select().candidate, "lib.conv/fast");
}

TEST(Denylist, ExplainAndListSayWhy) {
  World world;
  world.tune();
  world.store->deny(denial_of("lib.conv/fast"));
  Selector selector(world.rooms());
  const Explanation explanation = selector.explain(world.problem, {});
  bool said = false;
  for (const Explanation::Row& row : explanation.rows)
    if (row.candidate == "lib.conv/fast") {
      EXPECT_THAT(row.removed_by,
                  HasSubstr("is on the denylist (number 2, by hand, 1970-01-02): for a test"));
      said = true;
    }
  EXPECT_TRUE(said);

  const Listing listing = Tuner(world.rooms()).list(world.problem);
  for (const Candidate& each : listing.candidates) EXPECT_NE(text(each), "lib.conv/fast");
  EXPECT_THAT(listing.refusals.back().reason, HasSubstr("is on the denylist"));
}

TEST(Denylist, WhatIsLiftedIsTimed) {
  World world;
  const auto id = world.store->deny(denial_of("lib.conv/fast"));
  world.tune();
  world.store->lift(id);
  EXPECT_EQ(world.tune().choice.candidate, "lib.conv/fast");
  EXPECT_THAT(world.races.back(), Contains("lib.conv/fast"));
}

TEST(Denylist, OfTheSystemHoldsToo) {
  World world;
  world.tune();
  world.system->deny(denial_of("lib.conv/fast"));
  EXPECT_EQ(world.select().candidate, "own.conv/plain");
  world.tune({.retune = true});
  EXPECT_THAT(world.races.back(), Not(Contains("lib.conv/fast")));
}

}  // namespace
}  // namespace convtune
