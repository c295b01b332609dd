#include "sentinel.hpp"

#include <gtest/gtest.h>

#include "fakes.hpp"

namespace convtune {
namespace {

/// A race on a clock that is moved by hand: each sample takes half a second.
struct Watched {
  fake::HandClock clock;
  double work_seconds = 1e-3;
  int looks = 0;
  Sentinel sentinel{clock, [this] {
                      ++looks;
                      clock.advance(work_seconds);
                    }};

  void sample(int round) {
    sentinel.watch(round);
    clock.advance(0.5);
  }
};

TEST(Sentinel, LooksEveryTwoSecondsAndAtTheEnd) {
  Watched watched;
  for (int i = 0; i < 8; ++i) watched.sample(i);
  EXPECT_EQ(watched.looks, 2 * Sentinel::repeats);
  watched.sentinel.finish();
  EXPECT_EQ(watched.looks, 3 * Sentinel::repeats);
  watched.sentinel.finish();
  EXPECT_EQ(watched.looks, 3 * Sentinel::repeats) << "nothing happened since";
}

TEST(Sentinel, ASteadyMachineDisturbsNothing) {
  Watched watched;
  for (int i = 0; i < 20; ++i) {
    watched.work_seconds = i % 2 ? 1e-3 : 1.04e-3;
    watched.sample(i);
  }
  watched.sentinel.finish();
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(watched.sentinel.disturbed(i)) << i;
}

TEST(Sentinel, AChangeMarksTheRoundsAroundIt) {
  Watched watched;
  // Two samples a round, and a look before every fourth: rounds 0 and 1, 2 and 3, and so on.
  for (int i = 0; i < 16; ++i) {
    watched.work_seconds = i < 6 ? 1e-3 : 1.2e-3;
    watched.sample(i / 2);
  }
  watched.sentinel.finish();
  for (int round = 0; round < 8; ++round)
    EXPECT_EQ(watched.sentinel.disturbed(round), round == 2 || round == 3) << round;
}

TEST(Sentinel, FasterIsAChangeToo) {
  Watched watched;
  watched.sample(0);
  watched.work_seconds = 0.9e-3;
  watched.sentinel.finish();
  EXPECT_TRUE(watched.sentinel.disturbed(0));
}

TEST(Sentinel, OneInterruptedLookIsNone) {
  Watched watched;
  watched.sample(0);
  watched.sentinel.finish();
  int calls = 0;
  Sentinel sentinel(watched.clock, [&] { watched.clock.advance(calls++ == 6 ? 1.0 : 1e-3); });
  sentinel.watch(0);
  sentinel.finish();
  EXPECT_EQ(calls, 2 * Sentinel::repeats);
  EXPECT_FALSE(sentinel.disturbed(0));
}

}  // namespace
}  // namespace convtune
