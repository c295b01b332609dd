#pragma once

#include <memory>

#include "candidates.hpp"

namespace convtune::onednn {

/// Makes the kernel and everything around it. Throws Error if the library cannot.
std::unique_ptr<Plan> make_plan(const ConvProblem& problem, const Kernel& kernel);

/// What the caller of a plan passes and receives.
Layouts held_layouts(const ConvProblem& problem, const Operation& kernel);

}  // namespace convtune::onednn
