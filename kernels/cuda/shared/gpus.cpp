// GPUs that are here: the driver says whether there are any, the module what they are.
#include <convtune/error.hpp>
#include <kernels/gpu.hpp>

#include "driver.hpp"
#include "nvml.hpp"
#include "opened.hpp"

namespace convtune {
namespace {

// The module is opened only where there is something to open it for.
std::string ask() {
  if (const std::string& reason = cuda::why_no_driver(); !reason.empty()) return reason;
  const cuda::Reach reach = cuda::reach();
  return reach.accelerators ? reach.accelerators->why_none() : reach.problem;
}

}  // namespace

std::string driver_file() {
  return cuda::driver_file();
}

const std::string& why_no_gpu() {
  static const std::string reason = ask();
  return reason;
}

std::vector<Device> present_gpus() {
  return why_no_gpu().empty() ? cuda::reach().accelerators->devices() : std::vector<Device>{};
}

GpuState gpu_state(const Device& device) {
  return cuda::state("libnvidia-ml.so.1", device.serial);
}

std::vector<std::string> gpu_remarks(const GpuState& state) {
  return cuda::remarks(state);
}

std::unique_ptr<Accelerator> open_gpu(const Device& device) {
  if (!why_no_gpu().empty()) throw Error(ErrorCode::environment, why_no_gpu());
  return cuda::reach().accelerators->open(device);
}

void copy_on_gpu(const PlaneCopy& copy, void* queue) {
  const cuda::Reach reach = cuda::reach();
  if (reach.accelerators == nullptr) throw Error(ErrorCode::environment, reach.problem);
  reach.accelerators->copy(copy, queue);
}

}  // namespace convtune
