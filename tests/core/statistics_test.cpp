#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include <convtune/statistics.hpp>

namespace convtune {
namespace {

using Values = std::vector<double>;
using Interval = std::array<double, 2>;

TEST(Median, IsTheMiddleOrTheMeanOfTheTwo) {
  EXPECT_EQ(median(Values{7}), 7);
  EXPECT_EQ(median(Values{9, 1, 4}), 4);
  EXPECT_EQ(median(Values{9, 1, 4, 5}), 4.5);
  EXPECT_EQ(median(Values{2, 2, 2, 100}), 2);
}

TEST(MedianAbsoluteDeviation, IsUnscaled) {
  EXPECT_EQ(median_absolute_deviation(Values{3}), 0);
  EXPECT_EQ(median_absolute_deviation(Values{1, 1, 2, 2, 4, 6, 9}), 1);
  EXPECT_EQ(median_absolute_deviation(Values{1, 2, 4, 8}), 1.5);  // about 3: 2 1 1 5
}

TEST(GeometricMean, IsTheRootOfTheProduct) {
  EXPECT_DOUBLE_EQ(geometric_mean(Values{2, 8}), 4);
  EXPECT_DOUBLE_EQ(geometric_mean(Values{0.5, 2, 1}), 1);
}

TEST(HodgesLehmann, IsTheMedianOfPairwiseMeans) {
  EXPECT_EQ(hodges_lehmann(Values{5}), 5);
  EXPECT_EQ(hodges_lehmann(Values{1, 3}), 2);
  EXPECT_EQ(hodges_lehmann(Values{1, 2, 9}), 3.5);  // 1 1.5 2 | 5 5.5 9
}

Values one_to(int n) {
  Values values(static_cast<std::size_t>(n));
  std::iota(values.begin(), values.end(), 1);
  return values;
}

TEST(MedianInterval, FollowsTheBinomialTable) {
  struct Case {
    int n, low;
  };
  // From tables of the sign test: P(at most low - 1 heads of n) <= 2.5 %.
  for (const auto& [n, low] :
       {Case{1, 1}, Case{5, 1}, Case{6, 1}, Case{8, 1}, Case{9, 2}, Case{11, 2}, Case{12, 3},
        Case{15, 4}, Case{20, 6}, Case{25, 8}, Case{50, 18}, Case{100, 40}})
    EXPECT_EQ(median_interval(one_to(n)),
              (Interval{static_cast<double>(low), static_cast<double>(n + 1 - low)}))
        << n;
}

TEST(MedianInterval, HoldsForManyValues) {
  const auto [low, high] = median_interval(one_to(10000));
  EXPECT_NEAR(low, 5000 - 0.98 * 100, 1.5);
  EXPECT_EQ(low + high, 10001);
}

TEST(PairedDifference, IsRobustLocationAndError) {
  const PairedDifference d = paired_difference(Values{0.1, 0.2, 0.3, 0.4, 9});
  EXPECT_DOUBLE_EQ(d.median, 0.3);
  EXPECT_EQ(d.rounds, 5);
  EXPECT_NEAR(d.standard_error, 1.2533 * 1.4826 * 0.1 / std::sqrt(5.0), 1e-12);
}

TEST(PairedDifference, NeverTrustsASpreadBelowTheFloor) {
  EXPECT_DOUBLE_EQ(paired_difference(Values{0.5, 0.5, 0.5, 0.5}).standard_error,
                   1.2533 * 0.004 / 2);
  EXPECT_DOUBLE_EQ(paired_difference(Values{0.5}, 0.1).standard_error, 1.2533 * 0.1);
}

}  // namespace
}  // namespace convtune
