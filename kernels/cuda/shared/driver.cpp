// The driver alone, which every program may ask without the CUDA toolkit.
#include "driver.hpp"

#include <dlfcn.h>

#include <kernels/shared_library.hpp>

namespace convtune::cuda {
namespace {

constexpr const char* file_name = "libcuda.so.1";

const SharedLibrary& opened() {
  static const SharedLibrary library = open_shared_library(file_name);
  return library;
}

template <typename Function>
Function* find(const char* name) {
  return reinterpret_cast<Function*>(dlsym(opened().handle, name));
}

// What is there and no driver is told from what is not there, in the loader's own words.
std::string why_not_opened(const std::string& problem) {
  const std::string nowhere =
      std::string(file_name) + ": cannot open shared object file: No such file or directory";
  const std::string advice =
      ": install the distribution's, such as Debian's nvidia-driver, or let the container have the "
      "host's";
  if (problem == nowhere)
    return std::string("there is no driver of NVIDIA here (") + file_name + " was not found)" +
           advice;
  return "the driver of NVIDIA here cannot be opened (" + problem + ")" + advice;
}

std::string ask_driver() {
  if (opened().handle == nullptr) return why_not_opened(opened().problem);
  const auto initialize = find<int(unsigned)>("cuInit");
  const auto count_devices = find<int(int*)>("cuDeviceGetCount");
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

std::string driver_file() {
  return path_of_library(opened().handle);
}

const std::string& why_no_driver() {
  static const std::string reason = ask_driver();
  return reason;
}

}  // namespace convtune::cuda
