// Tuning over fake implementations: what is timed, what is known, what is kept.
#include <gmock/gmock.h>

#include "world.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(Tune, TimesEverythingOnceAndAnswers) {
  World world;
  const Tuned tuned = world.tune();
  EXPECT_EQ(tuned.choice.candidate, "lib.conv/fast");
  EXPECT_EQ(tuned.choice.provenance, Provenance::exact);
  EXPECT_EQ(tuned.choice.confidence, Confidence::clear);
  EXPECT_FALSE(tuned.from_store);
  ASSERT_TRUE(tuned.baseline);
  EXPECT_EQ(tuned.baseline->candidate, "lib.conv/default");
  EXPECT_DOUBLE_EQ(tuned.baseline->seconds, 1.0);
  EXPECT_DOUBLE_EQ(tuned.speedup.value(), 2.0);
  EXPECT_THAT(tuned.counts,
              UnorderedElementsAre(Pair(Outcome::measured, 3), Pair(Outcome::refused, 1)));
  EXPECT_DOUBLE_EQ(tuned.cost_seconds, 1);
  EXPECT_EQ(world.summary.tuned, 1);
  EXPECT_DOUBLE_EQ(world.summary.speedup_geomean.value(), 2.0);
  EXPECT_DOUBLE_EQ(world.summary.network_speedup.value(), 2.0);
}

TEST(Tune, TheSecondTimeNothingIsTimed) {
  World world;
  world.tune();
  const Tuned again = world.tune();
  EXPECT_EQ(world.races.size(), 1U);
  EXPECT_TRUE(again.from_store);
  EXPECT_EQ(again.choice.candidate, "lib.conv/fast");
  EXPECT_DOUBLE_EQ(again.speedup.value(), 2.0);
  EXPECT_EQ(again.counts.at(Outcome::measured), 3);
  EXPECT_DOUBLE_EQ(again.cost_seconds, 0);
  EXPECT_EQ(world.summary.from_store, 1);
}

TEST(Tune, ACandidateAddedLaterCostsItTheIncumbentAndTheBaseline) {
  World world;
  world.tune();
  world.own.candidates.push_back(candidate_of("tiled"));
  world.seconds["own.conv/tiled"] = 0.4;
  const Tuned tuned = world.tune();
  EXPECT_THAT(world.races.back(),
              UnorderedElementsAre("own.conv/tiled", "lib.conv/fast", "lib.conv/default"));
  EXPECT_EQ(tuned.choice.candidate, "own.conv/tiled");
  EXPECT_DOUBLE_EQ(tuned.speedup.value(), 2.5);
  EXPECT_EQ(tuned.counts.at(Outcome::measured), 4);
}

TEST(Tune, TriesNeighboursAsTheRigourAllows) {
  const auto raced = [](Rigour rigour) {
    World world;
    for (int i = 0; i < 300; ++i)
      world.own.near.push_back(candidate_of("near:" + std::to_string(i)));
    world.tune({.rigour = rigour});
    return world.races.front().size();
  };
  const std::size_t named = raced(Rigour::one_run);
  EXPECT_EQ(raced(Rigour::race), named + 8);
  EXPECT_EQ(raced(Rigour::exhaustive), named + 256);
}

TEST(Tune, ARevisionRetiresOnlyItsOwnTimings) {
  World world;
  world.tune();
  world.own.revision_now = 2;
  world.tune();
  EXPECT_THAT(world.races.back(),
              UnorderedElementsAre("own.conv/plain", "lib.conv/fast", "lib.conv/default"));
}

TEST(Tune, ANewLibraryVersionRetiresItsRows) {
  World world;
  world.tune();
  world.lib_backend.library.header = world.lib_backend.library.runtime = "2.0";
  world.seconds["lib.conv/fast"] = 0.7;
  const Tuned tuned = world.tune();
  ASSERT_EQ(world.races.size(), 3U);
  EXPECT_THAT(world.races[1], ElementsAre("lib.conv/fast", "lib.conv/default", "own.conv/plain"))
      << "the winner of before, the baseline, and the best of what still holds";
  EXPECT_EQ(tuned.choice.candidate, "lib.conv/fast");
  EXPECT_DOUBLE_EQ(tuned.speedup.value(), 1 / 0.7);
}

TEST(Tune, MoreRigourIsAskedForAgain) {
  World world;
  world.tune({.rigour = Rigour::one_run});
  world.tune({.rigour = Rigour::one_run});
  EXPECT_EQ(world.races.size(), 1U);
  world.tune({.rigour = Rigour::race});
  EXPECT_EQ(world.races.size(), 2U);
  world.tune({.rigour = Rigour::one_run});
  EXPECT_EQ(world.races.size(), 2U) << "the race knows all that one run would tell";
}

TEST(Tune, RigoursThatItDoesNotTakeAreBadInput) {
  World world;
  EXPECT_THROW(world.tune({.rigour = Rigour::predicted}), Error);
}

TEST(Tune, AnotherProtocolIsAnotherMeasurement) {
  World world;
  world.tune();
  world.tune({.protocol = Protocol::cold});
  EXPECT_EQ(world.races.size(), 2U);
}

TEST(Tune, RetuneTimesEverythingAgain) {
  World world;
  world.tune();
  world.tune({.retune = true});
  EXPECT_EQ(world.races.back().size(), 4U);
}

TEST(Tune, PatternsRestrictTheAnswerAndTheBaselineIsStillTimed) {
  World world;
  const Tuned tuned = world.tune({.candidates = "own.*"});
  EXPECT_THAT(world.races.back(),
              UnorderedElementsAre("own.conv/plain", "own.reference", "lib.conv/default"));
  EXPECT_EQ(tuned.choice.candidate, "own.conv/plain");
  EXPECT_DOUBLE_EQ(tuned.speedup.value(), 1.25);
  EXPECT_EQ(world.tune({.without = "*fast"}).choice.candidate, "own.conv/plain");
}

TEST(Tune, ThePatternOfNothingIsNoAnswer) {
  World world;
  const Tuned tuned = world.tune({.candidates = "none.*"});
  EXPECT_EQ(tuned.choice.candidate, "");
  EXPECT_FALSE(tuned.from_store);
  EXPECT_THAT(world.races, IsEmpty());
}

TEST(Tune, TheReferenceAnswersOnlyWhenNothingElseMay) {
  World world;
  world.seconds["own.reference"] = 0.1;
  world.reference.candidates[0].slowdown = 1;  // so that it is timed with the others
  EXPECT_EQ(world.tune().choice.candidate, "lib.conv/fast");
  EXPECT_EQ(world.select({.require = "reference"}).candidate, "own.reference");
}

TEST(Tune, TheHopelessRunWhenTheyAreNamed) {
  World world;
  const Tuned tuned = world.tune({.candidates = "own.ref*"});
  EXPECT_EQ(tuned.counts.at(Outcome::measured), 1);
  EXPECT_EQ(tuned.choice.candidate, "own.reference");
}

TEST(Tune, RefusalsAreStoredOnceWithTheirReasons) {
  World world;
  world.own.refusals = {{.reason = "odd sizes only", .configuration = "odd"}};
  EXPECT_EQ(world.tune().counts.at(Outcome::refused), 2);
  world.own.candidates.push_back(candidate_of("tiled"));
  world.tune();
  int stored = 0;
  for (const auto& run : world.store->runs(world.problem))
    for (const Measurement& m : run.measurements) stored += m.reason == "odd sizes only";
  EXPECT_EQ(stored, 1);
}

TEST(Tune, MixedVersionsAreRefusedClearly) {
  World world;
  world.lib_backend.library.runtime = "1.1";
  const Tuned tuned = world.tune();
  EXPECT_EQ(tuned.choice.candidate, "own.conv/plain");
  Tuner tuner(world.rooms());
  const Listing listing = tuner.list(world.problem);
  ASSERT_EQ(listing.refusals.size(), 1U);
  EXPECT_EQ(listing.refusals[0].reason,
            "was built with the headers of libfake 1.0, but libfake 1.1 is loaded; build it again");
}

TEST(Tune, AStoreThatCannotBeOpenedIsAnErrorBeforeAnythingIsTimed) {
  World world;
  world.open_error = "The database is not ours.";
  EXPECT_THROW(world.tune(), Error);
  EXPECT_THAT(world.races, IsEmpty());
}

// A store whose disk is full.
class FullStore final : public Store {
 public:
  std::int64_t add(const Run&) override { throw Error(ErrorCode::environment, "Disk full."); }
  bool add_new(const Run& run) override { return add(run) > 0; }
  void remove(std::span<const std::int64_t>) override {}
  void compact() override {}
  std::int64_t deny(const Denial&) override { throw Error(ErrorCode::environment, "Disk full."); }
  bool lift(std::int64_t) override { return false; }
  std::vector<Denial> denials() const override { return {}; }
  void at_once(const std::function<void()>& work) const override { work(); }
  std::vector<Run> runs(const ConvProblem&) const override { return {}; }
  std::vector<ConvProblem> problems() const override { return {}; }
  std::vector<Environment> environments() const override { return {}; }
  void remember(const Environment&) override {}
  std::optional<std::string> setting(const std::string&) const override { return {}; }
  void set_setting(const std::string&, const std::string&) override {}
  std::optional<Offer> kept_offer(const OfferKey&) const override { return {}; }
  void keep_offer(const OfferKey&, const Offer&) override {}
  void forget_offers() override {}
  StoreInfo info() const override { return {}; }
  StoreCheck check() const override { return {}; }
};

TEST(Tune, AStoreThatFailsOnTheWayLosesNoAnswer) {
  World world;
  world.store = std::make_shared<FullStore>();
  EXPECT_EQ(world.tune().choice.candidate, "lib.conv/fast");
  EXPECT_THAT(world.warnings, testing::Contains(HasSubstr("could not be stored: Disk full.")));
  EXPECT_EQ(world.summary.unstored, 1);
  Tuner tuner(world.rooms());
  EXPECT_EQ(tuner.bench(world.problem, {.save = true}).id, 0);
}

TEST(Tune, WhatWasInterruptedIsKeptAndTakenUpAgain) {
  World world;
  world.interrupt = true;
  EXPECT_EQ(world.tune().choice.candidate, "lib.conv/fast");
  EXPECT_TRUE(world.summary.interrupted);
  EXPECT_EQ(world.store->runs(world.problem).size(), 1U);
  EXPECT_EQ(world.store->runs(world.problem)[0].rigour, Rigour::one_run);
  world.interrupt = false;
  world.tune();
  EXPECT_EQ(world.races.size(), 2U);
  EXPECT_FALSE(world.summary.interrupted);
  world.tune();
  EXPECT_EQ(world.races.size(), 2U);
}

TEST(Tune, WhatABudgetCutShortGoesOnUnderTheNextOne) {
  World world;
  world.word = Confidence::budget;
  world.tune({.budget_seconds = 5});
  world.word = Confidence::clear;
  world.tune({.budget_seconds = 60});
  EXPECT_EQ(world.races.size(), 2U);
  world.tune({.budget_seconds = 60});
  EXPECT_EQ(world.races.size(), 2U) << "and is done when it was not cut again";
}

TEST(Tune, WhatABudgetCutShortStaysUnlessThereIsClearlyMore) {
  World world;
  world.word = Confidence::budget;
  world.tune({.budget_seconds = 5});
  world.tune({.budget_seconds = 5});
  EXPECT_EQ(world.races.size(), 1U);
  world.tune({.budget_seconds = 10});
  EXPECT_EQ(world.races.size(), 2U);
  world.word = Confidence::clear;
  world.tune();
  EXPECT_EQ(world.races.size(), 3U) << "no budget: as much as it takes";
}

TEST(Tune, OfNothingSaysWhyAndIsNoAnswer) {
  World world;
  for (const char* name : {"lib.conv/default", "lib.conv/fast", "own.conv/plain"})
    world.outcomes[name] = Outcome::failed;
  const Tuned tuned = world.tune();
  EXPECT_EQ(tuned.choice.candidate, "");
  EXPECT_THAT(tuned.choice.reason, HasSubstr("lib.conv/default: as the test wants it."));
  EXPECT_EQ(world.summary.unanswered, 1);
  EXPECT_EQ(world.summary.tuned, 0);
}

}  // namespace
}  // namespace convtune
