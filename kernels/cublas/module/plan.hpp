#pragma once

#include <memory>

#include <convtune/implementation.hpp>

#include "configuration.hpp"
#include "products.hpp"

namespace convtune::cublas {

/// The plan of one configuration for a problem that `list_candidates` takes. Whatever runs it,
/// `products` multiplies and cuda::launch starts kernels. Its tensors must be aligned to 16 bytes,
/// as its workspace; run throws Error(bad_input) otherwise.
std::unique_ptr<Plan> im2col_plan(const ConvProblem& problem, const Configuration& configuration,
                                  std::unique_ptr<const Products> products);

}  // namespace convtune::cublas
