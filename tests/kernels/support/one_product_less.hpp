#pragma once

#include <convtune/implementation.hpp>

namespace convtune::testing_support {

/// Every candidate passes the gate of reals on a few problems, and none does with results that lack
/// one product in a single output: its first of 1/4 or more, which is what random numbers in
/// [-1, 1] have on average. Forward, f32, 2-D, nchw, variable weights.
void expect_one_product_less_is_found(const Implementation& implementation);

}  // namespace convtune::testing_support
