#pragma once

#include <memory>

#include <convtune/implementation.hpp>

#include "unrolling.hpp"

namespace convtune::direct {

std::unique_ptr<Plan> direct_plan(const ConvProblem& problem, const Unrolling& unrolling,
                                  const Device& device);

}  // namespace convtune::direct
