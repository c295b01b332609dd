#pragma once

#include <memory>

#include <convtune/device.hpp>
#include <convtune/implementation.hpp>

#include "configuration.hpp"

namespace convtune::direct_blocked {

/// Throws std::out_of_range for a configuration that there is no code for.
std::unique_ptr<Plan> direct_blocked_plan(const ConvProblem& problem,
                                          const Configuration& configuration, const Device& device);

}  // namespace convtune::direct_blocked
