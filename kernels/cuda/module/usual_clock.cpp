#include "usual_clock.hpp"

#include <convtune/statistics.hpp>

namespace convtune::cuda {

bool UsualClock::accepts(double megahertz) {
  constexpr double least = 0.75;
  if (megahertz <= 0) return true;
  if (seen_.size() < remembered)
    seen_.push_back(megahertz);
  else
    seen_[next_++ % remembered] = megahertz;
  return megahertz >= least * median(seen_);
}

}  // namespace convtune::cuda
