#pragma once

#include <memory>
#include <string>

#include "alternative.hpp"

namespace convtune::via {

/// What the inner candidate takes, then the copies, each aligned.
std::size_t workspace_bytes(const ConvProblem& outer, const Rewritten& rewritten,
                            std::size_t inner_bytes);

std::unique_ptr<Plan> alternative_plan(const ConvProblem& outer, const ConvProblem& inner,
                                       const Rewritten& rewritten, std::string configuration,
                                       std::unique_ptr<Plan> inner_plan, int threads);

}  // namespace convtune::via
