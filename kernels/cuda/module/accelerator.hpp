#pragma once

#include <memory>

#include <convtune/accelerator.hpp>

#include "runtime.hpp"

namespace convtune::cuda {

/// A GPU as an accelerator. Calls are captured into a CUDA graph together with the events around
/// them, so that no time of the program lies between them; what cannot be captured is launched call
/// by call. A run during which the processors' clock was below three quarters of the usual one is
/// made again, a few times. `runtime` must outlive it.
std::unique_ptr<Accelerator> make_accelerator(const Device& device, Runtime& runtime);

}  // namespace convtune::cuda
