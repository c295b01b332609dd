#pragma once

#include <array>
#include <span>
#include <vector>

namespace convtune {

/// All of these need at least one value; times in seconds.
double median(std::span<const double> values);
double median_absolute_deviation(std::span<const double> values);  ///< unscaled
double geometric_mean(std::span<const double> values);             ///< of positive values
/// Median of all pairwise means (Hodges and Lehmann 1963).
double hodges_lehmann(std::span<const double> values);
/// Order-statistic 95 % interval of the median (binomial); the range below six values.
std::array<double, 2> median_interval(std::span<const double> values);

/// What paired rounds say about ln(rival / leader).
struct PairedDifference {
  double median = 0;          ///< of the log ratios
  double standard_error = 0;  ///< 1.2533 max(1.4826 MAD, floor) / sqrt(n)
  int rounds = 0;
};
/// Robust location and error of `log_ratios`, the spread never below `floor`.
PairedDifference paired_difference(std::span<const double> log_ratios, double floor = 0.004);

}  // namespace convtune
