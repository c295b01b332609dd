#pragma once

#include <convtune/device.hpp>
#include <convtune/implementation.hpp>

namespace convtune::testing_support {

/// What the implementation offers; a decorator, what it makes of the likeliest candidate of every
/// other one.
Offer offer_of(const Implementation& implementation, const ConvProblem& problem,
               const Device& device);

}  // namespace convtune::testing_support
