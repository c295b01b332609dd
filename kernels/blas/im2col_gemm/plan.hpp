#pragma once

#include <memory>

#include <convtune/implementation.hpp>

#include "configuration.hpp"

namespace convtune::blas {

/// The plan of one configuration for a problem of f32 or f64 in channels first.
std::unique_ptr<Plan> im2col_plan(const ConvProblem& problem, const Configuration& configuration,
                                  const Device& device);

}  // namespace convtune::blas
