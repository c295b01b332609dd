#pragma once

#include <string>
#include <vector>

#include <convtune/tuner.hpp>

#include "offers.hpp"

namespace convtune {

/// Tunes one problem after the other within the budget of `options`; what Tuner::tune promises.
TuneSummary sweep(const std::vector<ListedProblem>& problems, const TuneOptions& options,
                  const Rooms& rooms, Environments& environments, Store* store,
                  std::vector<std::string>& warnings, const std::function<void(const Tuned&)>& done,
                  const std::function<void(const TuneProgress&)>& progress);

}  // namespace convtune
