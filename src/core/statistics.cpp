#include <algorithm>
#include <cassert>
#include <cmath>

#include <convtune/statistics.hpp>

namespace convtune {
namespace {

/// Of values that may be reordered.
double median_in_place(std::vector<double>& values) {
  assert(!values.empty());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

/// The largest k with P(at most k - 1 of n fair coins show heads) <= 2.5 %; at least 1.
std::size_t interval_rank(std::size_t n) {
  double log_probability = -static_cast<double>(n) * std::log(2.0);  // of exactly `heads` heads
  double below = 0;
  for (std::size_t heads = 0;; ++heads) {
    below += std::exp(log_probability);
    if (below > 0.025) return std::max<std::size_t>(heads, 1);
    log_probability += std::log(static_cast<double>(n - heads) / static_cast<double>(heads + 1));
  }
}

}  // namespace

double median(std::span<const double> values) {
  std::vector<double> copy(values.begin(), values.end());
  return median_in_place(copy);
}

double median_absolute_deviation(std::span<const double> values) {
  const double centre = median(values);
  std::vector<double> deviations;
  deviations.reserve(values.size());
  for (const double value : values) deviations.push_back(std::abs(value - centre));
  return median_in_place(deviations);
}

double geometric_mean(std::span<const double> values) {
  assert(!values.empty());
  double logs = 0;
  for (const double value : values) logs += std::log(value);
  return std::exp(logs / static_cast<double>(values.size()));
}

double hodges_lehmann(std::span<const double> values) {
  std::vector<double> means;
  means.reserve(values.size() * (values.size() + 1) / 2);
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = i; j < values.size(); ++j) means.push_back((values[i] + values[j]) / 2);
  return median_in_place(means);
}

std::array<double, 2> median_interval(std::span<const double> values) {
  assert(!values.empty());
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t rank = sorted.size() < 6 ? 1 : interval_rank(sorted.size());
  return {sorted[rank - 1], sorted[sorted.size() - rank]};
}

PairedDifference paired_difference(std::span<const double> log_ratios, double floor) {
  // 1.4826 makes the deviation comparable to a standard deviation under a normal law, and 1.2533
  // is what a median's standard error is above a mean's.
  const double spread = std::max(1.4826 * median_absolute_deviation(log_ratios), floor);
  return {.median = median(log_ratios),
          .standard_error = 1.2533 * spread / std::sqrt(static_cast<double>(log_ratios.size())),
          .rounds = static_cast<int>(log_ratios.size())};
}

}  // namespace convtune
