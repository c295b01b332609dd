#include <algorithm>
#include <cmath>

#include <tuner/budget.hpp>

namespace convtune {
namespace {

// Orders of magnitude of one core: they only weigh the parts against each other.
constexpr double reference_rate = 1e9, kernel_rate = 3e10;  // multiply-accumulates a second
constexpr double reference_limit = 1e9;                     // of two sets of data each
constexpr double seconds_a_candidate = 5e-3, calls_a_candidate = 12;

double weight(const ExpectedWork& work) {
  // A layer that occurs often deserves more care, but its race is no longer for that.
  return expected_seconds(work) *
         (1 + std::log2(static_cast<double>(std::max<std::int64_t>(work.repeats, 1))));
}

}  // namespace

double expected_seconds(const ExpectedWork& work) {
  const double reference =
      2 * std::min(work.multiply_accumulates, reference_limit) / reference_rate;
  const double candidate =
      seconds_a_candidate + calls_a_candidate * work.multiply_accumulates / kernel_rate;
  return reference + std::max(work.candidates, 1) * candidate;
}

double budget_share(double remaining_seconds, std::span<const ExpectedWork> left) {
  if (left.empty()) return 0;
  double total = 0;
  for (const ExpectedWork& work : left) total += weight(work);
  return std::max(0.0, remaining_seconds) * weight(left.front()) / total;
}

}  // namespace convtune
