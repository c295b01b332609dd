#pragma once

#include <vector>

#include <convtune/backend.hpp>

namespace convtune {

/// The backends of implementations for GPUs, be they here or described.
std::vector<const Backend*> gpu_backends();

/// True if one of them can be asked, be it of a GPU that is only described.
bool can_ask_for_described();

}  // namespace convtune
