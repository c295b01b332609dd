#pragma once

#include <string_view>

#include <convtune/device.hpp>

namespace convtune::blas {

/// The core type whose kernels use the vectors that `isa` has, where OpenBLAS took `detected`,
/// whose kernels use narrower ones; empty if it took well, or is not known to us. OpenBLAS takes
/// an old processor's kernels on any processor that is newer than itself.
std::string_view wider_core_type(std::string_view detected, Isa isa);

}  // namespace convtune::blas
