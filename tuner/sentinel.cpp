#include "sentinel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace convtune {
namespace {

// Chains that do not wait for each other, each step a product and a sum. The result is wanted so
// that no compiler finds it superfluous.
float arithmetic(float start) {
  constexpr int steps = 100000;
  std::array<float, 8> values{};
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = start + static_cast<float>(i) * 0.01F;
  for (int step = 0; step < steps; ++step)
    for (float& value : values) value = value * 0.999F + 0.001F;
  float sum = 0;
  for (const float value : values) sum += value;
  return sum;
}

}  // namespace

void sentinel_work() {
  float sum = 0;
#pragma omp parallel reduction(+ : sum)
  sum += arithmetic(0.5F);
  volatile float kept = sum;
  (void)kept;
}

void Sentinel::watch(int round) {
  if (!work_) return;
  if (!looked_ || clock_.now() - *looked_ >= every_seconds) look();
  if (rounds_)
    rounds_->second = round;
  else
    rounds_.emplace(round, round);
}

void Sentinel::finish() {
  if (rounds_) look();
}

void Sentinel::look() {
  const double now = reading();
  const bool comparable = rounds_ && before_ > 0 && now > 0;
  if (comparable && std::max(now / before_, before_ / now) > 1 + moved)
    for (int round = rounds_->first; round <= rounds_->second; ++round) disturbed_.insert(round);
  before_ = now;
  looked_ = clock_.now();
  rounds_.reset();
}

double Sentinel::reading() const {
  double fastest = std::numeric_limits<double>::infinity();
  for (int i = 0; i < repeats; ++i) {
    const double start = clock_.now();
    work_();
    fastest = std::min(fastest, clock_.now() - start);
  }
  return fastest;
}

bool mark(std::vector<std::vector<Sample>>& samples,
          const std::function<bool(int round)>& disturbed) {
  bool changed = false;
  for (std::vector<Sample>& each : samples)
    for (Sample& sample : each) {
      const bool before = std::exchange(sample.disturbed, disturbed(sample.round));
      changed = changed || before != sample.disturbed;
    }
  return changed;
}

}  // namespace convtune
