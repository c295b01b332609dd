// Tuning of lists: what a budget reaches, where the next one goes on, and what is said of all.
#include <cmath>

#include <gmock/gmock.h>

#include "world.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;

std::vector<ListedProblem> three_layers() {
  std::vector<ListedProblem> layers;
  for (const char* layer :
       {"fwd.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1", "fwd.f32.nchw_n1c8i9x9k16f3x3s1x1p1x1d1x1g1",
        "fwd.f32.nchw_n1c8i9x9k32f3x3s1x1p1x1d1x1g1"})
    layers.push_back({.problem = parse_problem(layer), .names = {}});
  return layers;
}

TEST(Sweep, TheFirstRaceIsRunHoweverSmallTheBudgetAndTheRestIsSkipped) {
  World world;
  int answers = 0;
  const TuneSummary summary =
      Tuner(world.rooms()).tune(three_layers(), {.budget_seconds = 0.5}, [&](const Tuned&) {
        ++answers;
      });
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(summary.problems, 3);
  EXPECT_EQ(summary.tuned, 1);
  EXPECT_EQ(summary.skipped, 2);
  EXPECT_FALSE(summary.network_speedup) << "layers are missing";
  EXPECT_FALSE(summary.interrupted);
}

TEST(Sweep, ALayerThatTheBudgetLeftWithoutARivalIsSkipped) {
  World world;
  world.race_seconds = 0.4;
  int races = 0;
  Rooms rooms = world.rooms();
  rooms.tune = [&, tune = rooms.tune](const ConvProblem& problem,
                                      std::span<const Contender> contenders, const Device& device,
                                      const TuneSettings& settings) {
    TuneReport report = tune(problem, contenders, device, settings);
    if (++races == 1) return report;
    EXPECT_FALSE(settings.at_least_two);
    for (Measurement& each : report.measurements) {
      each.outcome = Outcome::refused;
      each.reason = out_of_budget;
      each.samples.clear();
    }
    report.confidence = Confidence::none;
    return report;
  };
  const TuneSummary summary = Tuner(rooms).tune(three_layers(), {.budget_seconds = 1}, {});
  EXPECT_EQ(summary.tuned, 1);
  EXPECT_EQ(summary.skipped, 2);
  EXPECT_EQ(summary.unanswered, 0);
}

TEST(Sweep, TheNextOneGoesOnWhereTheBudgetEnded) {
  World world;
  for (int sweep = 1; sweep <= 3; ++sweep) {
    const TuneSummary summary =
        Tuner(world.rooms()).tune(three_layers(), {.budget_seconds = 0.5}, {});
    EXPECT_EQ(summary.from_store, sweep - 1);
    EXPECT_EQ(summary.tuned, 1);
  }
  EXPECT_EQ(world.races.size(), 3U);
}

TEST(Sweep, KilledInTheMiddleItResumes) {
  World world;
  bool stop = false;
  const auto after_one = [&](const Tuned&) { stop = true; };
  const TuneSummary first =
      Tuner(world.rooms()).tune(three_layers(), {.stop = [&] { return stop; }}, after_one);
  EXPECT_TRUE(first.interrupted);
  EXPECT_EQ(first.skipped, 2);
  const TuneSummary second = Tuner(world.rooms()).tune(three_layers(), {}, {});
  EXPECT_EQ(second.from_store, 1);
  EXPECT_EQ(second.tuned, 2);
}

// Of libraries that could not be asked; builds have warnings of their own.
std::vector<std::string> of_the_unasked(std::vector<std::string> warnings) {
  std::erase_if(warnings, [](const std::string& each) {
    return each.find("could not be asked") == std::string::npos;
  });
  return warnings;
}

TEST(Sweep, WhoCouldNotBeAskedIsWarnedOfOnceBeforeAnythingIsTimed) {
  for (const Rigour rigour : {Rigour::race, Rigour::confirmed}) {
    World world;
    world.lib_backend.missing = "libfake was not found";
    world.lib.candidates.clear();
    Tuner tuner(world.rooms());
    std::vector<std::string> told, before_a_race;
    tuner.tune(three_layers(), {.rigour = rigour}, {}, [&](const TuneProgress& progress) {
      for (std::string& warning : tuner.warnings()) told.push_back(std::move(warning));
      if (progress.note == "round 1" && progress.index == 0) before_a_race = told;
    });
    for (std::string& warning : tuner.warnings()) told.push_back(std::move(warning));
    EXPECT_THAT(of_the_unasked(told),
                ElementsAre("lib.conv could not be asked: libfake was not found."));
    EXPECT_EQ(before_a_race, told);
  }
}

TEST(Sweep, WhoOnlyRefusesIsNotWarnedOf) {
  World world;
  world.lib.candidates.clear();
  world.lib.refusals = {{.reason = "takes no such type"}};
  world.tune();
  EXPECT_TRUE(of_the_unasked(world.warnings).empty());
}

TEST(Sweep, NetworkSpeedupIsARatioOfSumsWeightedByRepeats) {
  World world;
  auto layers = three_layers();
  layers.pop_back();
  layers[1].repeats = 3;
  Tuner tuner(world.rooms());
  int layer = 0;
  const TuneSummary summary = tuner.tune(layers, {}, [&](const Tuned&) {
    if (++layer == 1) world.seconds["lib.conv/fast"] = 0.1;
  });
  // 1 + 3 over 0.5 + 3 * 0.1.
  EXPECT_NEAR(summary.network_speedup.value(), 4.0 / 0.8, 1e-9);
  EXPECT_NEAR(summary.speedup_geomean.value(), std::sqrt(2.0 * 10.0), 1e-9);
}

TEST(Sweep, FreeLayoutsHaveNoNetworkSpeedup) {
  World world;
  const std::vector<ListedProblem> free{
      {.problem = parse_problem("fwd.f32.any_n1c8i9x9k8f3x3s1x1p1x1d1x1g1"), .names = {}}};
  const TuneSummary summary = Tuner(world.rooms()).tune(free, {}, {});
  EXPECT_TRUE(summary.speedup_geomean);
  EXPECT_FALSE(summary.network_speedup);
}

TEST(Sweep, ProgressIsToldBeforeAndAfter) {
  World world;
  std::vector<std::string> told;
  Tuner(world.rooms()).tune(three_layers(), {}, {}, [&](const TuneProgress& progress) {
    told.push_back(std::to_string(progress.index) + (progress.done ? " done" : " begins"));
    if (!progress.done && progress.note == "round 1") told.back() = "on";
  });
  EXPECT_THAT(told, ElementsAre("0 begins", "on", "0 done", "1 begins", "on", "1 done", "2 begins",
                                "on", "2 done"));
}

}  // namespace
}  // namespace convtune
