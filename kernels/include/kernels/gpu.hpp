#pragma once

#include <memory>
#include <string>
#include <vector>

#include <convtune/accelerator.hpp>

namespace convtune {

/// Why no GPU of NVIDIA can be used here: the driver is missing, refuses, or sees none; or there is
/// one, and the module that runs on it is missing. Empty: there is one. Asks once.
const std::string& why_no_gpu();

/// The GPUs that are here; none where why_no_gpu says why.
std::vector<Device> present_gpus();

/// What of its state spoils times taken on one of them, a clause each; see shared/nvml.hpp.
std::vector<std::string> gpu_remarks(const Device& device);

/// One of them, ready for work. Throws Error(environment).
std::unique_ptr<Accelerator> open_gpu(const Device& device);

}  // namespace convtune
