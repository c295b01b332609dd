#pragma once

#include <convtune/accelerator.hpp>

namespace convtune::cuda {

/// The GPUs of this machine, as the driver shows them.
const Accelerators& gpus();

}  // namespace convtune::cuda
