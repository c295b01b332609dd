#include "pairing.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "made.hpp"

namespace convtune {
namespace {

std::size_t index(const Pairing& pairing, const std::string& name) {
  return pairing.index_of({name, 1, 0});
}

TEST(PairingOf, RoundsInCommonOnly) {
  const Race run =
      run_of(1, {measured("a", rounds({1, 2, 4})),
                 measured("b", {{.round = 1, .seconds = 3}, {.round = 7, .seconds = 9}})});
  const Race* const runs[] = {&run};
  const Pairing pairing(runs);
  const auto difference = pairing.direct(index(pairing, "a"), index(pairing, "b"));
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->paired.rounds, 1);
  EXPECT_NEAR(difference->paired.median, std::log(1.5), 1e-12);
}

TEST(PairingOf, NoRoundInCommonIsNoComparison) {
  const Race run = run_of(1, {measured("a", {{.round = 0, .seconds = 1}}),
                              measured("b", {{.round = 1, .seconds = 1}})});
  const Race* const runs[] = {&run};
  const Pairing pairing(runs);
  EXPECT_FALSE(pairing.direct(0, 1));
  EXPECT_FALSE(pairing.against(0)[1]);
}

TEST(PairingOf, RoundsOfDifferentRunsAreNotMixed) {
  const Race first = run_of(1, {measured("a", steady(1))});
  const Race second = run_of(2, {measured("b", steady(2))});
  const Race* const runs[] = {&first, &second};
  const Pairing pairing(runs);
  EXPECT_FALSE(pairing.direct(index(pairing, "a"), index(pairing, "b")));
}

TEST(PairingOf, ErrorsAddUpAlongAChain) {
  const Race first = run_of(1, {measured("a", steady(1, 4)), measured("b", steady(2, 4))});
  const Race second = run_of(2, {measured("b", steady(1, 9)), measured("c", steady(3, 9))});
  const Race* const runs[] = {&first, &second};
  const Pairing pairing(runs);
  const auto chained = pairing.against(index(pairing, "a"))[index(pairing, "c")];
  ASSERT_TRUE(chained);
  EXPECT_TRUE(chained->linked);
  EXPECT_NEAR(chained->paired.median, std::log(6), 1e-12);
  EXPECT_EQ(chained->paired.rounds, 4);
  const double unit = 1.2533 * 0.004;
  EXPECT_NEAR(chained->paired.standard_error, unit * std::hypot(1 / 2.0, 1 / 3.0), 1e-9);
}

TEST(PairingOf, RowsWithoutTimesAreNoSubjects) {
  const Race run = run_of(1, {measured("a", {}), outcome_of("b", Outcome::failed)});
  const Race* const runs[] = {&run};
  EXPECT_TRUE(Pairing(runs).subjects().empty());
}

TEST(SecondsOnOneScale, OfWhoLeftEarlyDoNotHangOnOneDisturbedRival) {
  std::vector<double> stalled(10, 4e-6);
  stalled.front() = 400e-6;
  const Race run = run_of(1, {measured("fastest", rounds(stalled)), measured("b", steady(5e-6, 10)),
                              measured("c", steady(6e-6, 10)), measured("gone", steady(9e-6, 1))});
  const Race* const runs[] = {&run};
  const Pairing pairing(runs);
  const std::vector<double> seconds = pairing.seconds();
  EXPECT_NEAR(seconds[index(pairing, "fastest")], 4e-6, 1e-12);
  EXPECT_NEAR(seconds[index(pairing, "gone")], 9e-6, 1e-12);
}

TEST(SecondsOnOneScale, FollowTheMachine) {
  // Twice as slow in its first three rounds, when "gone" was still there.
  const std::vector<double> drift = {2, 2, 2, 1, 1, 1, 1, 1, 1};
  const auto times = [&](double factor, std::size_t count) {
    std::vector<double> seconds(drift.begin(), drift.begin() + static_cast<std::ptrdiff_t>(count));
    for (double& each : seconds) each *= factor;
    return rounds(seconds);
  };
  const Race first = run_of(
      1, {measured("a", times(1, 9)), measured("b", times(1.1, 9)), measured("gone", times(3, 3))});
  const Race second = run_of(2, {measured("a", steady(5, 8)), measured("late", steady(10, 8))});
  const Race third = run_of(3, {measured("stranger", steady(1, 8))});
  const Race* const runs[] = {&first, &second, &third};
  const Pairing pairing(runs);
  const std::vector<double> seconds = pairing.seconds();
  EXPECT_NEAR(seconds[index(pairing, "a")], 1, 1e-9);
  EXPECT_NEAR(seconds[index(pairing, "gone")], 3, 1e-9);
  EXPECT_NEAR(seconds[index(pairing, "late")], 2, 1e-5);
  EXPECT_EQ(seconds[index(pairing, "stranger")], 0);
}

}  // namespace
}  // namespace convtune
