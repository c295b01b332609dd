#include <algorithm>

#include <report/verify_summary.hpp>

namespace convtune {

void VerifySummary::add(const Verified& verified) {
  switch (verified.measurement.outcome) {
    case Outcome::measured:
    case Outcome::noisy:
      ++right;
      scaled_max = std::max(scaled_max, verified.measurement.error.scaled_max);
      break;
    case Outcome::wrong: ++wrong; break;
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
