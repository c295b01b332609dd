#pragma once

#include <convtune/module.hpp>

namespace convtune::cuda {

/// The part of the module convtune_cuda that needs nothing but CUDA's run time, which it carries.
Module own_module();

}  // namespace convtune::cuda
