#pragma once

#include <memory>

#include <convtune/device.hpp>
#include <convtune/implementation.hpp>

#include "configuration.hpp"

namespace convtune::pointwise {

/// Throws std::out_of_range for a configuration that there is no code for.
std::unique_ptr<Plan> pointwise_plan(const ConvProblem& problem, const Configuration& configuration,
                                     const Device& device);

/// Bytes of workspace of that plan.
std::size_t workspace_bytes(const ConvProblem& problem, const Configuration& configuration,
                            const Device& device);

}  // namespace convtune::pointwise
