#pragma once

#include <convtune/module.hpp>

namespace convtune::cudnn {

/// cuDNN's part of the module convtune_cuda.
const Module& module();

}  // namespace convtune::cudnn
