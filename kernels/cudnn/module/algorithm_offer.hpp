#pragma once

#include <functional>

#include <convtune/implementation.hpp>

#include "legacy.hpp"

namespace convtune::cudnn {

/// The library's answers under one math type.
using AskLegacy = std::function<Legacy(cudnnMathType_t math)>;

/// Every legacy algorithm of a problem under every math type: what its library supports, as
/// candidates with their workspace; those that the heuristic names first, in its order, the others
/// unranked. Throws Failure.
Offer list_algorithms(const ConvProblem& problem, const AskLegacy& ask);

/// The same on a GPU that is only described, of which the legacy interface cannot be asked: nothing
/// but refusals, each naming the engine that is the same algorithm where one is known.
Offer refuse_algorithms(const ConvProblem& problem);

}  // namespace convtune::cudnn
