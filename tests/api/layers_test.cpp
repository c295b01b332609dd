// Rows of other environments, of imports and of the system's store: when they answer, and how tune
// takes them over.
#include <gmock/gmock.h>

#include "world.hpp"

namespace convtune {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

void upgrade(World& world) {
  world.lib_backend.library.header = world.lib_backend.library.runtime = "2.0";
}

// What `world` measured as an import of another store.
std::shared_ptr<Store> imported_from(const World& world) {
  std::shared_ptr<Store> store = make_memory_store();
  for (Run run : world.store->runs(world.problem)) {
    run.imported = true;
    store->add(run);
  }
  return store;
}

TEST(Stale, AnswersOnRequestOnly) {
  World world;
  world.tune();
  // What is remembered of the library is not asked: its files are not those of then.
  const std::shared_ptr<Store> copy = make_memory_store();
  for (auto run : world.store->runs(world.problem)) {
    for (auto& environment : run.environments)
      if (environment.backend == "lib")
        environment.files = {{.path = "/gone", .size = 1, .modified_ns = 1}};
    copy->add(run);
  }
  world.store = copy;
  upgrade(world);
  EXPECT_EQ(world.select().candidate, "own.conv/plain") << "what still holds";
  const Choice stale = world.select({.require = "winograd", .trust = Trust::any});
  EXPECT_EQ(stale.candidate, "lib.conv/fast");
  EXPECT_EQ(stale.provenance, Provenance::stale);
}

TEST(Stale, AWinnerAsFastAsBeforeIsPromoted) {
  World world;
  world.tune();
  upgrade(world);
  const Tuned tuned = world.tune();
  ASSERT_EQ(world.races.size(), 2U);
  EXPECT_THAT(world.races[1], ElementsAre("lib.conv/fast", "lib.conv/default", "own.conv/plain"));
  EXPECT_EQ(tuned.choice.candidate, "lib.conv/fast");
  EXPECT_EQ(tuned.choice.provenance, Provenance::exact);
  EXPECT_THAT(tuned.choice.reason, HasSubstr("Promoted"));
  EXPECT_EQ(world.store->runs(world.problem).size(), 2U) << "the rows stay";
  EXPECT_EQ(world.select().candidate, "lib.conv/fast");

  EXPECT_TRUE(world.tune().from_store);
  EXPECT_EQ(world.races.size(), 2U);
}

TEST(Stale, WhatIsNewAfterAPromotionIsTimedAlone) {
  World world;
  world.tune();
  upgrade(world);
  world.tune();
  world.own.candidates.push_back(candidate_of("tiled"));
  world.tune();
  EXPECT_THAT(world.races.back(),
              testing::UnorderedElementsAre("own.conv/tiled", "lib.conv/fast", "lib.conv/default"));
}

TEST(Stale, APromotionHoldsInItsEnvironmentOnly) {
  World world;
  world.tune();
  upgrade(world);
  world.tune();
  world.lib_backend.library.header = world.lib_backend.library.runtime = "3.0";
  world.tune();
  EXPECT_THAT(world.races, SizeIs(3));
  world.own.revision_now = 2;
  world.tune();
  EXPECT_THAT(world.races.back(), Contains("own.conv/plain"));
}

TEST(Stale, MoreRigourThanBeforeIsTuned) {
  World world;
  world.tune({.rigour = Rigour::one_run});
  upgrade(world);
  world.tune({.rigour = Rigour::race});
  EXPECT_THAT(world.races.back(), SizeIs(testing::Gt(2U)));
}

TEST(Stale, ABrokenWinnerIsNotPromoted) {
  World world;
  world.tune();
  upgrade(world);
  world.outcomes["lib.conv/fast"] = Outcome::wrong;
  EXPECT_EQ(world.tune().choice.candidate, "own.conv/plain");
}

TEST(Imported, IsAnotherEnvironmentUntilTuneHasVerifiedIt) {
  World world;
  world.tune();
  world.store = imported_from(world);
  EXPECT_EQ(world.select().provenance, Provenance::heuristic);
  EXPECT_EQ(world.select({.trust = Trust::machine_class}).provenance, Provenance::heuristic);
  EXPECT_EQ(world.select({.trust = Trust::any}).provenance, Provenance::stale);
  Selector selector(world.rooms());
  EXPECT_THAT(selector.explain(world.problem, {}).rows.at(0).removed_by,
              HasSubstr("was imported and is not verified here"));

  const Tuned tuned = world.tune();
  EXPECT_THAT(world.races.back(), ElementsAre("lib.conv/fast", "lib.conv/default"));
  EXPECT_EQ(tuned.choice.provenance, Provenance::exact);
  EXPECT_EQ(world.select().provenance, Provenance::exact);
}

TEST(Imported, AVerdictOfOthersBreaksNobodyHere) {
  World world;
  world.outcomes["lib.conv/default"] = Outcome::wrong;
  world.tune();
  world.store = imported_from(world);
  world.outcomes.clear();
  EXPECT_EQ(world.select().candidate, "lib.conv/default");
}

TEST(SystemStore, AnswersBelowTheUsers) {
  World world;
  world.tune();
  world.system = world.store;
  world.store = make_memory_store();
  const Choice below = world.select();
  EXPECT_EQ(below.candidate, "lib.conv/fast");
  EXPECT_EQ(below.provenance, Provenance::exact);
  EXPECT_THAT(below.reason, HasSubstr("From the system's database."));

  world.seconds["own.conv/plain"] = 0.1;
  world.tune();
  EXPECT_EQ(world.select().candidate, "own.conv/plain") << "the user's rows win";
  EXPECT_EQ(world.system->runs(world.problem).size(), 1U) << "it is never written";
}

TEST(SystemStore, TroubleWithItIsOneWarning) {
  World world;
  world.tune();
  world.system_error = "The file is damaged.";
  Selector selector(world.rooms());
  EXPECT_EQ(selector.select(world.problem, {}).candidate, "lib.conv/fast");
  selector.select(world.problem, {});
  EXPECT_THAT(selector.warnings(),
              ElementsAre("The system's database was not asked: The file is damaged."));
}

TEST(Incremental, ALookupHitsWhileSomethingNewIsNotTimedYet) {
  World world;
  world.tune();
  world.own.candidates.push_back(candidate_of("tiled"));
  EXPECT_EQ(world.select().candidate, "lib.conv/fast");
  EXPECT_EQ(world.select().provenance, Provenance::exact);
}

}  // namespace
}  // namespace convtune
