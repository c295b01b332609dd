// What an explanation says beside the choice.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "race_facts.hpp"
#include "world.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Explanation explained(World& world, const Constraints& constraints = {}) {
  Selector selector(world.rooms());
  return selector.explain(world.problem, {.constraints = constraints, .policy = {}});
}

const Explanation::Row& row_of(const Explanation& explanation, const std::string& candidate) {
  for (const Explanation::Row& row : explanation.rows)
    if (row.candidate == candidate) return row;
  throw Error(ErrorCode::no_answer, "no row of " + candidate);
}

std::vector<std::string> asked(const Explanation& explanation) {
  std::vector<std::string> all;
  for (const Explanation::Alternative& each : explanation.alternatives)
    all.push_back(each.constraint + ": " + each.candidate);
  return all;
}

TEST(Explain, SaysWhatOtherConstraintsWouldChoose) {
  World world;
  world.tune();
  const Explanation explanation = explained(world);
  EXPECT_EQ(explanation.choice.candidate, "lib.conv/fast");
  EXPECT_THAT(asked(explanation),
              ElementsAre("--workspace-limit 0: own.conv/plain", "--deterministic: lib.conv/fast"));
  EXPECT_DOUBLE_EQ(*explanation.alternatives[0].seconds, 0.8);
  EXPECT_DOUBLE_EQ(*explanation.alternatives[0].ratio, 1.6);
  EXPECT_EQ(explanation.alternatives[0].confidence, Confidence::clear);
}

TEST(Explain, AsksEachStepOfTheWorkspace) {
  World world;
  world.own.candidates.push_back(candidate_of("small", 2048, {"direct"}));
  world.own.candidates.push_back(candidate_of("large", 4 << 20, {"direct"}));
  world.own.candidates.push_back(candidate_of("slow and large", 5 << 20, {"direct"}));
  world.seconds["own.conv/large"] = 0.3;
  world.seconds["own.conv/small"] = 0.4;
  world.tune();
  EXPECT_THAT(
      asked(explained(world)),
      ElementsAre("--workspace-limit 2KiB: own.conv/small", "--workspace-limit 64: lib.conv/fast",
                  "--workspace-limit 0: own.conv/plain", "--deterministic: own.conv/large"));
  EXPECT_THAT(
      asked(explained(world, {.workspace_limit = 64, .deterministic = true})),
      ElementsAre("no workspace limit: own.conv/large", "--workspace-limit 0: own.conv/plain"));
}

TEST(Explain, AsksLooserPrecisionAndOtherProtocols) {
  World world;
  Candidate loose = candidate_of("loose");
  loose.precision = Precision::tf32;
  world.own.candidates.push_back(loose);
  world.seconds["own.conv/loose"] = 0.2;
  world.tune();
  world.tune({.protocol = Protocol::cold_weights});
  const Explanation explanation = explained(world);
  EXPECT_THAT(
      asked(explanation),
      ElementsAre("--workspace-limit 0: own.conv/plain", "--deterministic: lib.conv/fast",
                  "--precision tf32: own.conv/loose", "--protocol cold_weights: lib.conv/fast"));
  EXPECT_FALSE(explanation.alternatives.back().ratio) << "times of two protocols do not compare";
}

TEST(Explain, SaysWhichTiesThereWereAndWhatBrokeThem) {
  World world;
  world.seconds["own.conv/plain"] = 0.5005;
  world.tune();
  const Explanation explanation = explained(world);
  EXPECT_EQ(explanation.choice.candidate, "own.conv/plain");
  EXPECT_EQ(explanation.tie_break, "less workspace");
  EXPECT_TRUE(row_of(explanation, "lib.conv/fast").tied);
  EXPECT_FALSE(row_of(explanation, "lib.conv/default").tied);
  World clear;
  clear.tune();
  EXPECT_EQ(explained(clear).tie_break, "");
}

TEST(Explain, ListsTheRuns) {
  World world;
  world.tune();
  world.tune({.protocol = Protocol::cold});
  const Explanation explanation = explained(world);
  ASSERT_THAT(explanation.runs, SizeIs(2));
  EXPECT_EQ(explanation.runs[0].protocol, Protocol::warm);
  EXPECT_EQ(explanation.runs[0].rounds, 8);
  EXPECT_EQ(explanation.runs[0].candidates, 3);
  EXPECT_EQ(explanation.runs[0].verdict, "clear");
  EXPECT_FALSE(explanation.runs[0].unstable);
  EXPECT_EQ(explanation.runs[1].protocol, Protocol::cold);
}

TEST(Explain, WithoutRunsThereIsLittleToSay) {
  World world;
  const Explanation explanation = explained(world);
  EXPECT_THAT(explanation.alternatives, IsEmpty());
  EXPECT_THAT(explanation.runs, IsEmpty());
  EXPECT_EQ(explanation.tie_break, "");
}

// What a race found beside times comes back out of the settings of its run.
TEST(RaceFacts, SurviveTheStore) {
  World world;
  world.drops["lib.conv/default"] = {.by = "lib.conv/fast", .ratio = 2, .over = 1, .after = 1};
  world.disturbed_round = 3;
  world.tune();
  const std::vector<convtune::Run> stored = world.store->runs(world.problem);
  ASSERT_THAT(stored, SizeIs(1));
  EXPECT_NE(stored[0].settings.find("\"disturbed_rounds\":[3]"), std::string::npos)
      << stored[0].settings;

  const Explanation explanation = explained(world);
  const Explanation::Row& row = row_of(explanation, "lib.conv/default");
  ASSERT_TRUE(row.measurement.dropped);
  EXPECT_EQ(*row.measurement.dropped,
            (Drop{.by = "lib.conv/fast", .ratio = 2, .over = 1, .after = 1}));
  EXPECT_TRUE(row.measurement.samples[3].disturbed);
  EXPECT_FALSE(row.measurement.samples[4].disturbed);
  EXPECT_FALSE(row_of(explanation, "lib.conv/fast").measurement.dropped);
  EXPECT_THAT(explanation.runs[0].disturbed_rounds, ElementsAre(3));
}

TEST(RaceFacts, TheClockOfAGpuIsAmongThem) {
  convtune::Run run{.problem = World().problem};
  Measurement& m = run.measurements.emplace_back();
  m.candidate = candidate_of("plain");
  m.megahertz = 1979.6;
  nlohmann::json settings;
  add_race_facts(settings, run.measurements);
  EXPECT_EQ(settings.dump(), "{\"megahertz\":{\"" + text(m.candidate) + "\":1980.0}}");
  m.megahertz = 0;
  run.settings = settings.dump();
  std::vector<convtune::Run> runs{run};
  restore_race_facts(runs);
  EXPECT_EQ(runs[0].measurements[0].megahertz, 1980);
}

TEST(RaceFacts, StrangeSettingsSayNothing) {
  for (const char* settings :
       {"", "[]", "{\"dropped\":[1]}", "{\"dropped\":{\"own.conv/plain\":7}}",
        "{\"disturbed_rounds\":{\"1\":2}}", "{\"disturbed_rounds\":[\"1\",1.5,-3]}",
        "{\"megahertz\":7}", "{\"megahertz\":{\"own.conv/plain\":\"fast\"}}"}) {
    std::vector<convtune::Run> runs{
        convtune::Run{.problem = World().problem, .settings = settings}};
    Measurement& m = runs[0].measurements.emplace_back();
    m.candidate = candidate_of("plain");
    m.candidate.implementation = "own.conv";
    m.samples = {{.round = 1, .seconds = 1}};
    restore_race_facts(runs);
    EXPECT_FALSE(m.dropped) << settings;
    EXPECT_EQ(m.megahertz, 0) << settings;
    EXPECT_FALSE(m.samples[0].disturbed) << settings;
  }
}

}  // namespace
}  // namespace convtune
