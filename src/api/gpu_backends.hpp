#pragma once

#include <vector>

#include <convtune/backend.hpp>

namespace convtune {

/// The backends of implementations for GPUs, be they here or described.
std::vector<const Backend*> gpu_backends();

}  // namespace convtune
