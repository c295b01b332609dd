// Candidates that are wrong or take their process with them: known from then on, and denied.
#include <gmock/gmock.h>

#include "world.hpp"

namespace convtune {
namespace {

TEST(Tune, BrokenCandidatesAreNotTriedAgain) {
  World world;
  world.outcomes = {{"lib.conv/fast", Outcome::wrong}, {"own.conv/plain", Outcome::crashed}};
  EXPECT_EQ(world.tune().choice.candidate, "lib.conv/default");
  world.outcomes.clear();
  const Tuned again = world.tune();
  EXPECT_EQ(world.races.size(), 1U);
  EXPECT_EQ(again.counts.at(Outcome::wrong), 1);
  EXPECT_EQ(again.counts.at(Outcome::crashed), 1);
  EXPECT_EQ(world.tune({.retune = true}).choice.candidate, "lib.conv/fast");
}

TEST(VerifyOf, KeepsOnlyBadNews) {
  World world;
  world.outcomes = {{"lib.conv/fast", Outcome::wrong}};
  Tuner tuner(world.rooms());
  const auto verified = tuner.verify(world.problem);
  EXPECT_EQ(verified.size(), 4U);
  const auto runs = world.store->runs(world.problem);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].measurements.size(), 1U);
  world.outcomes.clear();
  EXPECT_EQ(world.tune().choice.candidate, "own.conv/plain") << "fast is known to be wrong";
}

TEST(Crashes, AreKnownAndTwoOfThemDeny) {
  World world;
  world.outcomes = {{"lib.conv/fast", Outcome::crashed}, {"own.conv/plain", Outcome::failed}};
  EXPECT_EQ(world.tune().choice.candidate, "lib.conv/default");
  EXPECT_TRUE(world.store->denials().empty());
  EXPECT_TRUE(world.tune().from_store) << "it is not tried again";

  world.problem = parse_problem("fwd.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g2");
  world.outcomes["lib.conv/fast"] = Outcome::timed_out;
  world.tune();
  const std::vector<Denial> denials = world.store->denials();
  ASSERT_EQ(denials.size(), 1U);
  EXPECT_EQ(denials[0].pattern, "lib.conv/fast");
  EXPECT_EQ(denials[0].range.backend, "lib");
  EXPECT_TRUE(denials[0].range.environment.has_value());
  EXPECT_EQ(denials[0].origin, DenialOrigin::crashed);
  EXPECT_EQ(denials[0].filed_unix, world.now);
  EXPECT_THAT(world.warnings, testing::Contains(testing::HasSubstr("on the denylist")));
}

TEST(Crashes, OfTwoEnvironmentsAreNotAddedUp) {
  World world;
  world.outcomes = {{"lib.conv/fast", Outcome::crashed}};
  world.tune();
  world.lib_backend.library.runtime = world.lib_backend.library.header = "2.0";
  world.tune();
  EXPECT_TRUE(world.store->denials().empty());
}

TEST(Crashes, FoundWhileVerifyingCountToo) {
  World world;
  world.outcomes = {{"lib.conv/fast", Outcome::crashed}};
  Tuner tuner(world.rooms());
  tuner.verify(world.problem);
  EXPECT_TRUE(world.store->denials().empty());
  tuner.verify(world.problem);
  EXPECT_EQ(world.store->denials().size(), 1U);
}

TEST(Crashes, FoundWhileConfirmingCountToo) {
  World world;
  world.fresh_outcomes = {{"lib.conv/fast", Outcome::crashed}};
  world.tune({.rigour = Rigour::confirmed});
  EXPECT_GE(world.confirmations, 2);
  const std::vector<Denial> denials = world.store->denials();
  ASSERT_EQ(denials.size(), 1U);
  EXPECT_EQ(denials[0].pattern, "lib.conv/fast");
}

}  // namespace
}  // namespace convtune
