#pragma once

#include <convtune/implementation.hpp>

#include "engines.hpp"
#include "graph.hpp"

namespace convtune::cudnn {

/// Every candidate that cuDNN names for a problem on a device, likely the fastest first, and what
/// it refuses.
Offer list_candidates(const ConvProblem& problem, const Descriptor& device);

/// At most so many others: what the heuristics name with knobs turned, the nearest first.
std::vector<Candidate> list_neighbours(const ConvProblem& problem, const Descriptor& device,
                                       std::size_t most);

}  // namespace convtune::cudnn
