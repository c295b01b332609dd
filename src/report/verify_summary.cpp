#include <algorithm>

#include <report/verify_summary.hpp>

namespace convtune {

void VerifySummary::add(const Verified& verified) {
  const double error = verified.measurement.error.scaled_max;
  switch (verified.measurement.outcome) {
    case Outcome::measured:
    case Outcome::noisy:
      ++right;
      right_scaled_max = std::max(right_scaled_max, error);
      scaled_max = std::max(scaled_max, error);
      break;
    case Outcome::wrong:
      ++wrong;
      scaled_max = std::max(scaled_max, error);
      break;
    case Outcome::failed:
    case Outcome::crashed:
    case Outcome::timed_out: ++failed; break;
    case Outcome::refused:
    case Outcome::too_slow: ++refused; break;
  }
}

std::string verdict(const Verified& verified) {
  const Outcome outcome = verified.measurement.outcome;
  return outcome == Outcome::measured ? "right" : std::string(name(outcome));
}

}  // namespace convtune
