// Every step of the lookup ladder, over fake implementations and a memory store.
#include <gmock/gmock.h>

#include "world.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Select, AHitIsExactAndOpensNoBackend) {
  World world;
  world.tune();
  world.lib_backend.opened = world.own_backend.opened = 0;
  const Choice choice = world.select();
  EXPECT_EQ(choice.candidate, "lib.conv/fast");
  EXPECT_EQ(choice.implementation, "lib.conv");
  EXPECT_EQ(choice.provenance, Provenance::exact);
  EXPECT_EQ(choice.rigour, Rigour::race);
  EXPECT_DOUBLE_EQ(choice.seconds.value(), 0.5);
  EXPECT_EQ(choice.workspace_bytes, 64U);
  EXPECT_TRUE(choice.deterministic);
  EXPECT_EQ(choice.measured_at, 1'000'000);
  EXPECT_EQ(choice.threads, 2);
  EXPECT_EQ(choice.environment.size(), 16U);
  EXPECT_EQ(choice.reason, "Faster than 2 other candidates for sure.");
  EXPECT_EQ(world.lib_backend.opened, 0);
  EXPECT_EQ(world.own_backend.opened, 0);
  EXPECT_THAT(world.warnings, IsEmpty());
}

TEST(Select, ConstraintsAreAskedOfTheSameSamples) {
  World world;
  world.tune();
  EXPECT_EQ(world.select({.workspace_limit = 0}).candidate, "own.conv/plain");
  EXPECT_EQ(world.select({.include = {"lib"}, .exclude = {"winograd"}}).candidate,
            "lib.conv/default");
  EXPECT_EQ(world.select({.require = "direct"}).candidate, "own.conv/plain");
  EXPECT_EQ(world.races.size(), 1U);
}

TEST(Select, AMissIsTheLibrarysOwnChoice) {
  World world;
  const Choice choice = world.select();
  EXPECT_EQ(choice.candidate, "lib.conv/default");
  EXPECT_EQ(choice.provenance, Provenance::heuristic);
  EXPECT_EQ(choice.confidence, Confidence::none);
  EXPECT_EQ(choice.rigour, Rigour::predicted);
  EXPECT_FALSE(choice.seconds);
  EXPECT_FALSE(choice.measured_at);
  EXPECT_EQ(choice.reason, "Not measured: this is what the library chooses by itself.");
  EXPECT_THAT(world.races, IsEmpty());
}

TEST(Select, TheHeuristicKeepsToTheConstraints) {
  World world;
  EXPECT_EQ(world.select({.exclude = {"lib"}}).candidate, "own.conv/plain");
  world.lib.candidates[0].workspace_bytes = 8;
  EXPECT_EQ(world.select({.workspace_limit = 0}).candidate, "own.conv/plain");
  EXPECT_EQ(world.select({.workspace_limit = 100, .require = "winograd"}).candidate,
            "lib.conv/fast");
}

TEST(Select, TheLastResortIsTheDefault) {
  World world;
  world.lib.candidates.clear();
  world.own.candidates.clear();
  const Choice choice = world.select();
  EXPECT_EQ(choice.candidate, "own.reference");
  EXPECT_EQ(choice.provenance, Provenance::default_choice);
}

TEST(Select, NothingAllowedIsAnEmptyChoiceWithTheReason) {
  World world;
  world.lib.refusals = {{.reason = "libfake was not found"}};
  const Choice choice = world.select({.require = "cudnn"});
  EXPECT_EQ(choice.candidate, "");
  EXPECT_THAT(choice.reason, HasSubstr("carries the required tag cudnn"));
  EXPECT_THAT(choice.reason, HasSubstr("lib.conv: libfake was not found"));
}

TEST(Select, WhoCarriesTheTagAndRefusesSaysWhy) {
  World world;
  world.lib.candidates.pop_back();
  world.lib.refusals = {{.reason = "no kernel", .configuration = "winograd"}};
  world.own.refusals = {{.reason = "odd sizes only"}};
  EXPECT_EQ(world.select({.require = "winograd"}).reason,
            "No candidate may answer this question: lib.conv/winograd: no kernel.");
}

TEST(Select, TheLastResortNamesTheLimitThatMadeItAnswer) {
  World world;
  world.lib.candidates[0].workspace_bytes = 16;
  world.own.candidates[0].workspace_bytes = 8;
  world.own.refusals = {{.reason = "odd sizes only", .configuration = "odd"}};
  EXPECT_EQ(world.select({.workspace_limit = 0}).reason,
            "Not measured: nothing but the last resort may answer: own.conv/plain needs 8 bytes of "
            "workspace, over the limit of 0.");
  world.tune();
  EXPECT_THAT(world.select({.workspace_limit = 0}).reason,
              testing::StartsWith("Not measured as asked (explain shows what was): nothing but "));
}

TEST(Select, WhatIsAskedForAndExcludedIsAContradiction) {
  World world;
  for (const Constraints& constraints :
       {Constraints{.include = {"direct"}, .exclude = {"lib", "direct"}},
        Constraints{.exclude = {"direct"}, .require = "direct"}})
    EXPECT_EQ(world.select(constraints).reason,
              "No candidate may answer this question: the tag direct is both asked for and "
              "excluded, which contradict each other.");
  EXPECT_EQ(world.select({.include = {"direct", "lib"}, .exclude = {"lib"}}).candidate,
            "own.conv/plain");
}

TEST(Select, OnMissFailIsNoAnswer) {
  World world;
  const Choice choice = world.select({}, OnMiss::fail);
  EXPECT_EQ(choice.candidate, "");
  EXPECT_THAT(choice.reason, HasSubstr("No measured row answers this question"));
}

TEST(Select, OnMissMeasureTunesStoresAndAnswers) {
  World world;
  EXPECT_EQ(world.select({}, OnMiss::measure).candidate, "lib.conv/fast");
  EXPECT_EQ(world.races.size(), 1U);
  EXPECT_EQ(world.store->runs(world.problem).size(), 1U);
  EXPECT_EQ(world.select({}, OnMiss::measure).provenance, Provenance::exact);
  EXPECT_EQ(world.races.size(), 1U);
}

TEST(Select, OnMissMeasureTimesTheHopelessWhereNobodyElseMayAnswer) {
  World world;
  const Choice choice = world.select({.require = "reference"}, OnMiss::measure);
  EXPECT_EQ(choice.candidate, "own.reference");
  EXPECT_EQ(choice.provenance, Provenance::exact);
  EXPECT_EQ(choice.seconds, 2.0);
  EXPECT_EQ(world.races.size(), 2U) << "all of them, then those that may answer";
}

TEST(Select, OnMissMeasureStopsWhenItIsTold) {
  World world;
  const Choice choice = world.ask({.on_miss = OnMiss::measure, .stop = [] { return true; }});
  EXPECT_TRUE(world.races.empty());
  EXPECT_FALSE(choice.seconds);
}

TEST(Select, OnMissMeasureAnswersAlsoWhenItCannotBeKept) {
  World world;
  world.open_error = "The folder is read-only.";
  EXPECT_EQ(world.select({}, OnMiss::measure).candidate, "lib.conv/fast");
  EXPECT_THAT(world.warnings, testing::Contains(HasSubstr("will not be kept")));
}

TEST(Select, AnotherMachineOfTheClassAnswersUnlessTrustIsExact) {
  World world;
  world.serial = "another one";
  world.tune();
  world.serial = "this one";
  EXPECT_EQ(world.select().provenance, Provenance::machine_class);
  EXPECT_EQ(world.select({.trust = Trust::exact}).provenance, Provenance::heuristic);
}

TEST(Select, StaleRowsAnswerOnlyWhenTrusted) {
  World world;
  world.tune();
  world.lib_backend.library.header = world.lib_backend.library.runtime = "2.0";
  world.lib_backend.library.path = "/somewhere/else";
  world.own.revision_now = 2;
  // What is remembered of the library still holds as far as the store can tell, so it is probed.
  world.store = [&] {
    std::shared_ptr<Store> copy = make_memory_store();
    for (auto run : world.store->runs(world.problem)) {
      for (Environment& environment : run.environments)
        environment.files = {{.path = "/gone", .size = 1, .modified_ns = 1}};
      copy->add(run);
    }
    return copy;
  }();
  EXPECT_EQ(world.select().provenance, Provenance::heuristic);
  const Choice stale = world.select({.trust = Trust::any});
  EXPECT_EQ(stale.provenance, Provenance::stale);
  EXPECT_EQ(stale.candidate, "lib.conv/fast");
  EXPECT_GT(world.lib_backend.opened, 0) << "its files changed, so it was looked at again";
}

TEST(Select, RowsOfOtherThreadCountsNeverAnswer) {
  World world;
  world.tune();
  world.device.threads = 4;
  EXPECT_EQ(world.select({.trust = Trust::any}).provenance, Provenance::heuristic);
  world.device.threads = 2;
  EXPECT_EQ(world.select().provenance, Provenance::exact);
}

TEST(Select, OldRowsDoNotAnswerPastTheirAge) {
  World world;
  world.tune();
  world.now += 100;
  EXPECT_EQ(world.select({.max_age_seconds = 200}).provenance, Provenance::exact);
  EXPECT_EQ(world.select({.max_age_seconds = 50}).provenance, Provenance::heuristic);
}

TEST(Select, LeastRigourMakesAMissOfLess) {
  World world;
  world.tune({.rigour = Rigour::one_run});
  EXPECT_EQ(world.select().rigour, Rigour::one_run);
  EXPECT_EQ(world.select({.least = Rigour::race}).provenance, Provenance::heuristic);
}

TEST(Select, TheHeuristicNeverTakesWhatIsKnownToBeWrong) {
  World world;
  world.outcomes = {{"lib.conv/default", Outcome::wrong},
                    {"lib.conv/fast", Outcome::wrong},
                    {"own.conv/plain", Outcome::failed}};
  world.tune();
  EXPECT_EQ(world.select().candidate, "own.reference");
}

TEST(Select, ADatabaseProblemIsAMissWithAWarning) {
  World world;
  world.tune();
  world.open_error = "The file is not a database.";
  EXPECT_EQ(world.select().provenance, Provenance::heuristic);
  EXPECT_THAT(world.warnings,
              ElementsAre("The database was not asked: The file is not a database."));
}

TEST(Select, NoDatabaseYetIsAPlainMiss) {
  World world;
  world.missing_file = true;
  EXPECT_EQ(world.select().provenance, Provenance::heuristic);
  EXPECT_THAT(world.warnings, IsEmpty());
}

TEST(PolicyOf, NoneSmallAndFamiliesAreMeasuredRows) {
  World world;
  world.tune();
  EXPECT_EQ(world.policy("none").candidate, "own.conv/plain");
  EXPECT_EQ(world.policy("small").candidate, "lib.conv/fast");
  EXPECT_EQ(world.policy("winograd").candidate, "lib.conv/fast");
  EXPECT_EQ(world.policy("winograd").provenance, Provenance::exact);
}

TEST(PolicyOf, AFamilyWithoutRowsGivesItsDefault) {
  World world;
  const Choice choice = world.policy("winograd");
  EXPECT_EQ(choice.candidate, "lib.conv/fast");
  EXPECT_EQ(choice.provenance, Provenance::default_choice);
}

TEST(PolicyOf, AnAbsentFamilyFallsBackToNoneAndSaysSo) {
  World world;
  world.tune();
  const Choice choice = world.policy("fft");
  EXPECT_EQ(choice.candidate, "own.conv/plain");
  EXPECT_THAT(choice.reason,
              HasSubstr("There is nothing for the policy fft for this problem on this "
                        "device; the policy none answers instead."));
}

TEST(PolicyOf, WhereNobodyKeepsToTheWorkspaceWhoNeedsLeastAnswers) {
  World world;
  world.lib.candidates = {candidate_of("wide", 9U << 20), candidate_of("lean", 2U << 20)};
  world.own.candidates.clear();
  world.reference.candidates.front().workspace_bytes = 100;
  // The reference keeps to `small`, but is no answer to who only wants little workspace.
  for (const char* name : {"none", "small", "fft"})
    EXPECT_EQ(world.policy(name).candidate, "lib.conv/lean") << name;
  EXPECT_THAT(world.policy("none").reason,
              testing::StartsWith("Nobody who is made to be fast keeps to the workspace of the "
                                  "policy; 2097152 bytes are the least there is."));
  const Choice limited =
      world.ask({.constraints = {.workspace_limit = 1U << 20}, .policy = "none"});
  EXPECT_EQ(limited.candidate, "own.reference");
}

TEST(PolicyOf, GuessIgnoresWhatWasMeasured) {
  World world;
  world.tune();
  EXPECT_EQ(world.policy("guess_once").candidate, "lib.conv/default");
  EXPECT_EQ(world.policy("guess_on_shape_change").provenance, Provenance::heuristic);
}

TEST(PolicyOf, TimeMeasuresOnAMissOnly) {
  World world;
  EXPECT_EQ(world.policy("time_once").candidate, "lib.conv/fast");
  EXPECT_EQ(world.policy("time_on_shape_change").candidate, "lib.conv/fast");
  EXPECT_EQ(world.races.size(), 1U);
}

TEST(Explain, EveryCandidateWithWhatRemovedIt) {
  World world;
  world.own.refusals = {{.reason = "odd sizes only", .configuration = "odd"}};
  world.tune();
  Selector selector(world.rooms());
  const Explanation explanation =
      selector.explain(world.problem, {.constraints = {.workspace_limit = 0}});
  EXPECT_EQ(explanation.choice.candidate, "own.conv/plain");
  std::map<std::string, std::string> removed;
  std::map<std::string, double> ratios;
  for (const auto& row : explanation.rows) {
    removed[row.candidate] = row.removed_by;
    if (row.ratio) ratios[row.candidate] = *row.ratio;
  }
  EXPECT_EQ(removed.at("own.conv/plain"), "");
  EXPECT_EQ(removed.at("lib.conv/default"), "");
  EXPECT_EQ(removed.at("lib.conv/fast"), "needs 64 bytes of workspace, over the limit of 0");
  EXPECT_EQ(removed.at("own.conv/odd"), "odd sizes only");
  EXPECT_EQ(removed.at("own.reference"), "predicted to be slow");
  EXPECT_DOUBLE_EQ(ratios.at("lib.conv/default"), 1.25);
  EXPECT_DOUBLE_EQ(ratios.at("lib.conv/fast"), 0.625);
  EXPECT_EQ(explanation.notes.front(), "The database holds 1 run of this problem.");
}

TEST(Explain, AMissIsExplainedToo) {
  World world;
  Selector selector(world.rooms());
  const Explanation explanation = selector.explain(world.problem, {.on_miss = OnMiss::fail});
  EXPECT_EQ(explanation.choice.candidate, "");
  EXPECT_EQ(explanation.notes.front(), "Nothing was measured of this problem yet.");
}

}  // namespace
}  // namespace convtune
