#pragma once

#include <functional>
#include <memory>
#include <string>

#include "alternative.hpp"

namespace convtune::via {

/// What the inner candidate takes, then the copies, each aligned.
std::size_t workspace_bytes(const ConvProblem& outer, const Rewritten& rewritten,
                            std::size_t inner_bytes);

/// Copies on a device: on the CPU until it is done, on a GPU by putting it on a queue.
using Copier = std::function<void(const PlaneCopy& copy, void* queue)>;
Copier copier(const Device& device);

std::unique_ptr<Plan> alternative_plan(const ConvProblem& outer, const ConvProblem& inner,
                                       const Rewritten& rewritten, std::string configuration,
                                       std::unique_ptr<Plan> inner_plan, Copier copy);

}  // namespace convtune::via
