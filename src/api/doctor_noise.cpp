#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include <convtune/decision.hpp>
#include <convtune/doctor.hpp>
#include <convtune/statistics.hpp>

namespace convtune {
namespace {

double standard_deviation(std::span<const double> values) {
  const double count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (count - 1));
}

// Standard error of a paired log ratio of two equally noisy candidates after one round; the race's
// own floor and factor (PairedDifference), so that the promise is about its rule.
double error_of_one_round(const Noise& noise) {
  constexpr double floor = 0.004, median_factor = 1.2533;
  return median_factor * std::max(std::sqrt(2.0) * noise.robust_sd, floor);
}

}  // namespace

Noise noise_of(const std::vector<double>& seconds) {
  const std::span<const double> all(seconds);
  const std::span<const double> steady = all.subspan(1);
  const std::size_t quarter = std::max<std::size_t>(1, steady.size() / 4);

  Noise noise;
  noise.samples = static_cast<int>(all.size());
  noise.median_seconds = median(steady);
  noise.relative_sd = standard_deviation(steady) / noise.median_seconds;
  noise.robust_sd = 1.4826 * median_absolute_deviation(steady) / noise.median_seconds;
  noise.first_call = all.front() / noise.median_seconds;
  noise.drift = median(steady.last(quarter)) / median(steady.first(quarter)) - 1;
  return noise;
}

int rounds_to_tell(const Noise& noise, double difference) {
  const DecisionRule rule;
  const double errors = rule.z * error_of_one_round(noise) / std::log1p(difference);
  const double rounds = std::ceil(std::min(errors * errors, 1e6));
  return std::max(rule.min_rounds, static_cast<int>(rounds));
}

double tellable(const Noise& noise, int rounds) {
  const DecisionRule rule;
  return std::expm1(rule.z * error_of_one_round(noise) / std::sqrt(static_cast<double>(rounds)));
}

}  // namespace convtune
