#include "usual_clock.hpp"

#include <gtest/gtest.h>

namespace convtune::cuda {
namespace {

TEST(UsualClock, RefusesWhatIsBelowThreeQuartersOfTheUsual) {
  UsualClock clock;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(clock.accepts(2000));
  EXPECT_TRUE(clock.accepts(1500));
  EXPECT_FALSE(clock.accepts(1499));
  EXPECT_TRUE(clock.accepts(2000));
}

TEST(UsualClock, ADropThatLastsBecomesTheUsual) {
  UsualClock clock;
  for (int i = 0; i < 100; ++i) clock.accepts(2000);
  int refused = 0;
  while (!clock.accepts(1000)) ASSERT_LT(++refused, 100);
  EXPECT_GT(refused, 10);
}

TEST(UsualClock, WhatIsNotKnownIsAcceptedAndNotLearnedFrom) {
  UsualClock clock;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(clock.accepts(0));
  EXPECT_TRUE(clock.accepts(2000));
  EXPECT_FALSE(clock.accepts(1000));
}

}  // namespace
}  // namespace convtune::cuda
