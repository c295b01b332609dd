#include "pace_watch.hpp"

#include <convtune/statistics.hpp>

namespace convtune {

void PaceWatch::after(int round, std::size_t lane, const Trial::Pace& pace) {
  if (pace.slowed) slowed_.insert(round);
  if (pace.megahertz > 0) megahertz_[lane].push_back(pace.megahertz);
}

double PaceWatch::megahertz(std::size_t lane) const {
  return megahertz_[lane].empty() ? 0 : median(megahertz_[lane]);
}

}  // namespace convtune
