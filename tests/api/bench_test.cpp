// Timing without deciding: what is timed and kept, and what an unoptimised build says of it.
#include <gmock/gmock.h>

#include "build.hpp"
#include "world.hpp"

namespace convtune {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(BenchOf, AFewRoundsAreNoMoreThanOneRun) {
  World world;
  Tuner tuner(world.rooms());
  EXPECT_EQ(tuner.bench(world.problem, {.rounds = 3}).rigour, Rigour::one_run);
  EXPECT_EQ(tuner.bench(world.problem, {}).rigour, Rigour::exhaustive);
}

TEST(BenchOf, TimesWhatMatchesAndSavesOnlyWhenAsked) {
  World world;
  Tuner tuner(world.rooms());
  EXPECT_EQ(tuner.bench(world.problem, {.candidates = "lib.*"}).measurements.size(), 2U);
  EXPECT_THAT(world.store->runs(world.problem), IsEmpty());
  const auto run = tuner.bench(world.problem, {.candidates = "lib.*", .save = true});
  EXPECT_EQ(run.rigour, Rigour::exhaustive);
  EXPECT_EQ(world.store->runs(world.problem).size(), 1U);
  EXPECT_EQ(world.select().candidate, "lib.conv/fast");
}

TEST(BenchOf, NothingIsNoAnswer) {
  World world;
  Tuner tuner(world.rooms());
  try {
    tuner.bench(world.problem, {.candidates = "no*"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::no_answer);
    EXPECT_THAT(error.what(), HasSubstr("under these patterns"));
  }
}

TEST(Build, OnlyAnOptimisedOneDoesNotWarn) {
  EXPECT_EQ(build_warning("optimised"), "");
  EXPECT_EQ(build_warning("debug"),
            "This is a debug build: its times say nothing about a release build.");
  EXPECT_EQ(build_warning("sanitizer"),
            "This is a sanitizer build: its times say nothing about a release build.");
  World world;
  std::vector<std::string> early;
  Tuner tuner(world.rooms());
  tuner.bench(world.problem, {.progress = [&](const std::string&) {
                if (early.empty()) early = tuner.warnings();
              }});
  EXPECT_EQ(early.empty(), build_warning().empty()) << "it is there before anything is timed";
}

}  // namespace
}  // namespace convtune
