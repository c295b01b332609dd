#include <vector>

#include <gtest/gtest.h>

#include <tuner/budget.hpp>

namespace convtune {
namespace {

TEST(Budget, NothingForNobody) {
  EXPECT_EQ(budget_share(10, {}), 0);
}

TEST(Budget, TheLastOneGetsTheRest) {
  const std::vector<ExpectedWork> left = {{.multiply_accumulates = 1e8, .candidates = 5}};
  EXPECT_DOUBLE_EQ(budget_share(10, left), 10);
  EXPECT_EQ(budget_share(-1, left), 0);
}

TEST(Budget, EqualProblemsGetEqualShares) {
  const std::vector<ExpectedWork> left(4, {.multiply_accumulates = 1e8, .candidates = 5});
  EXPECT_DOUBLE_EQ(budget_share(10, left), 2.5);
}

TEST(Budget, MoreWorkAndMoreRepeatsGetMore) {
  const ExpectedWork small{.multiply_accumulates = 1e7, .candidates = 5};
  const ExpectedWork large{.multiply_accumulates = 1e9, .candidates = 5};
  const ExpectedWork many{.multiply_accumulates = 1e7, .candidates = 20};
  const ExpectedWork often{.multiply_accumulates = 1e7, .candidates = 5, .repeats = 4};
  EXPECT_GT(budget_share(10, std::vector{large, small}), 9);
  EXPECT_GT(budget_share(10, std::vector{many, small}), 5);
  EXPECT_DOUBLE_EQ(budget_share(10, std::vector{often, small}), 7.5);
}

TEST(Budget, TheSharesOfASweepAddUpToTheBudget) {
  std::vector<ExpectedWork> left;
  for (int i = 1; i <= 20; ++i)
    left.push_back({.multiply_accumulates = 1e7 * i * i, .candidates = 3 + i % 7, .repeats = i});
  double remaining = 100;
  for (std::span<const ExpectedWork> rest = left; !rest.empty(); rest = rest.subspan(1)) {
    const double share = budget_share(remaining, rest);
    EXPECT_GT(share, 0);
    remaining -= share;
  }
  EXPECT_NEAR(remaining, 0, 1e-9);
}

TEST(Budget, WithoutCandidatesTheWorkIsStillPositive) {
  EXPECT_GT(expected_seconds({}), 0);
  EXPECT_GT(expected_seconds({.multiply_accumulates = 1e9, .candidates = 5}),
            expected_seconds({.multiply_accumulates = 1e8, .candidates = 5}));
}

}  // namespace
}  // namespace convtune
