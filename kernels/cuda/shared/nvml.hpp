#pragma once

#include <string>
#include <vector>

#include <convtune/gpu_state.hpp>

namespace convtune::cuda {

/// The state of a GPU, asked from NVML in the file `library`; nothing where that is not to be had.
GpuState state(const std::string& library, const std::string& uuid);

/// What of that spoils times taken on it, a clause each ("2 other processes use it (pid 7, 12)"):
/// an exclusive compute mode, MIG, others that compute there.
std::vector<std::string> remarks(const GpuState& state);

}  // namespace convtune::cuda
