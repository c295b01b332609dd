#pragma once

#include <memory>
#include <string>
#include <vector>

#include <convtune/accelerator.hpp>
#include <convtune/gpu_state.hpp>

namespace convtune {

/// The path of the library of NVIDIA's driver (libcuda) that the system finds; empty: there is none
/// that can be opened. Opens it.
std::string driver_file();

/// Why no GPU of NVIDIA can be used here, and what to do: the driver is missing, refuses, or sees
/// none; or there is one, and the module that runs on it is missing. One clause; empty: there is
/// one. Asks once.
const std::string& why_no_gpu();

/// The GPUs that are here; none where why_no_gpu says why.
std::vector<Device> present_gpus();

/// The state of one of them, and what of a state spoils times, a clause each; see shared/nvml.hpp.
GpuState gpu_state(const Device& device);
std::vector<std::string> gpu_remarks(const GpuState& state);

/// One of them, ready for work. Throws Error(environment).
std::unique_ptr<Accelerator> open_gpu(const Device& device);

/// Puts a copy on a queue of the GPU that the thread works on. Throws Error(environment).
void copy_on_gpu(const PlaneCopy& copy, void* queue);

}  // namespace convtune
