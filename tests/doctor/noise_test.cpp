#include <cmath>

#include <gtest/gtest.h>

#include <convtune/doctor.hpp>

namespace convtune {
namespace {

TEST(Noise, LeavesTheFirstCallOut) {
  const Noise noise = noise_of({9, 1, 1, 1, 1});
  EXPECT_EQ(noise.samples, 5);
  EXPECT_DOUBLE_EQ(noise.median_seconds, 1);
  EXPECT_DOUBLE_EQ(noise.relative_sd, 0);
  EXPECT_DOUBLE_EQ(noise.robust_sd, 0);
  EXPECT_DOUBLE_EQ(noise.first_call, 9);
  EXPECT_DOUBLE_EQ(noise.drift, 0);
}

TEST(Noise, CountsByHand) {
  // Steady: 2 4 4 6; mean 4, squares 4 + 0 + 0 + 4, sd = sqrt(8 / 3); absolute deviations 2 0 0 2.
  const Noise noise = noise_of({4, 2, 4, 4, 6});
  EXPECT_DOUBLE_EQ(noise.median_seconds, 4);
  EXPECT_DOUBLE_EQ(noise.relative_sd, std::sqrt(8.0 / 3) / 4);
  EXPECT_DOUBLE_EQ(noise.robust_sd, 1.4826 / 4);
  EXPECT_DOUBLE_EQ(noise.drift, 6.0 / 2 - 1);
}

TEST(Noise, AnOutlierMovesOnlyTheUsualDeviation) {
  std::vector<double> seconds(101, 1.0);
  seconds[50] = 30;
  const Noise noise = noise_of(seconds);
  EXPECT_GT(noise.relative_sd, 1);
  EXPECT_DOUBLE_EQ(noise.robust_sd, 0);
}

TEST(Rounds, FollowTheRuleOfTheRace) {
  // 2.5 standard errors of 1.2533 sqrt(2) 0.05 / sqrt(n) below ln 1.02: n = 125.2.
  EXPECT_EQ(rounds_to_tell({.robust_sd = 0.05}, 0.02), 126);
  // Four times the difference, a sixteenth of the rounds (of logarithms: 8.3).
  EXPECT_EQ(rounds_to_tell({.robust_sd = 0.05}, 0.08), 9);
}

TEST(Rounds, AreNeverFewerThanTheRaceTakes) {
  EXPECT_EQ(rounds_to_tell({.robust_sd = 0}, 0.02), 5);
}

TEST(Rounds, AndWhatTheyTellAgree) {
  for (const double sd : {0.01, 0.05, 0.2}) {
    const Noise noise{.robust_sd = sd};
    const int rounds = rounds_to_tell(noise, 0.02);
    if (rounds > 5) {
      EXPECT_LE(tellable(noise, rounds), 0.02);
      EXPECT_GT(tellable(noise, rounds - 1), 0.02);
    }
  }
}

}  // namespace
}  // namespace convtune
