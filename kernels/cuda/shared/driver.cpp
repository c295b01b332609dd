// The driver alone, which every program may ask without the CUDA toolkit.
#include "driver.hpp"

#include <dlfcn.h>

namespace convtune::cuda {
namespace {

constexpr const char* file_name = "libcuda.so.1";

template <typename Function>
Function* find(void* handle, const char* name) {
  return reinterpret_cast<Function*>(dlsym(handle, name));
}

std::string ask_driver() {
  void* const handle = dlopen(file_name, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr)
    return std::string("there is no driver of NVIDIA here (") + file_name +
           " was not found): install the distribution's, such as Debian's nvidia-driver, or let "
           "the container have the host's";
  const auto initialize = find<int(unsigned)>(handle, "cuInit");
  const auto count_devices = find<int(int*)>(handle, "cuDeviceGetCount");
  if (initialize == nullptr || count_devices == nullptr)
    return std::string(file_name) +
           " is not a driver of NVIDIA: install the distribution's, such as Debian's "
           "nvidia-driver";
  constexpr int no_device = 100;
  int count = 0;
  int status = initialize(0);
  if (status == 0) status = count_devices(&count);
  if (status == no_device || (status == 0 && count == 0))
    return "the driver of NVIDIA sees no GPU: look whether CUDA_VISIBLE_DEVICES or the container "
           "hides it (nvidia-smi -L)";
  if (status != 0)
    return "the driver of NVIDIA refuses with CUDA error " + std::to_string(status) +
           ": load its kernel module of the same version, or start the machine again (nvidia-smi)";
  return {};
}

}  // namespace

const std::string& why_no_driver() {
  static const std::string reason = ask_driver();
  return reason;
}

}  // namespace convtune::cuda
