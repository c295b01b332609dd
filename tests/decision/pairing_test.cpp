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

}  // namespace
}  // namespace convtune
