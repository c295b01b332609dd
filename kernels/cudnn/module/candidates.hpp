#pragma once

#include <convtune/implementation.hpp>

#include "engines.hpp"
#include "graph.hpp"

namespace convtune::cudnn {

/// Every candidate that cuDNN names for a problem on a device, likely the fastest first, and what
/// it refuses.
Offer list_candidates(const ConvProblem& problem, const Descriptor& device);

}  // namespace convtune::cudnn
