#pragma once

#include <memory>

#include "algorithm.hpp"
#include "legacy.hpp"

namespace convtune::cudnn {

/// A legacy algorithm, ready to run. `keeper` holds whatever `legacy` needs to stay usable. Throws
/// Error(environment) where the library does not support it after all.
std::unique_ptr<Plan> algorithm_plan(const ConvProblem& problem, const Algorithm& algorithm,
                                     Legacy legacy, std::shared_ptr<const void> keeper);

}  // namespace convtune::cudnn
