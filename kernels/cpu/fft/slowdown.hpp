#pragma once

#include "blocking.hpp"

namespace convtune::fft {

/// Roughly how long a configuration takes, in what the definition's multiply-adds take at their
/// best.
double slowdown(const ConvProblem& problem, const Configuration& configuration,
                const Device& device);

}  // namespace convtune::fft
