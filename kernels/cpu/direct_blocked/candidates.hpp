#pragma once

#include <vector>

#include <convtune/device.hpp>
#include <convtune/problem.hpp>

#include "configuration.hpp"

namespace convtune::direct_blocked {

/// What is worth trying, the likeliest first.
std::vector<Configuration> configurations(const ConvProblem& problem, const Device& device);

/// Whether there is code for it.
bool exists(const Configuration& configuration, const Device& device);

}  // namespace convtune::direct_blocked
