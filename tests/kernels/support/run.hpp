#pragma once

#include <vector>

#include <convtune/implementation.hpp>
#include <kernels/list.hpp>

#include "problems.hpp"

namespace convtune::testing_support {

/// Tensors in plain order. The output's may be empty.
struct Tensors {
  std::vector<double> source, filter, destination;
};

/// The output of one run of a candidate for a problem without bias, in plain order.
std::vector<double> result_of(const ConvProblem& problem, const Implementation& implementation,
                              const Candidate& candidate, const Device& device,
                              const Tensors& inputs);

}  // namespace convtune::testing_support
