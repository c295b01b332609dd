#pragma once

#include <convtune/implementation.hpp>

namespace convtune::cuda {

/// cuda.reference where its kernel can be launched.
const Implementation& reference();

}  // namespace convtune::cuda
