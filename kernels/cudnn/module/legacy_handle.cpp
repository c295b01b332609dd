#include "legacy_handle.hpp"

#include <charconv>
#include <string>

#include <cuda.h>
#include <dlfcn.h>

#include <convtune/error.hpp>

#include "descriptor.hpp"
#include "library.hpp"

namespace convtune::cudnn {
namespace {

[[noreturn]] void fail(const Device& device, const std::string& why) {
  throw Error(ErrorCode::environment, "cuDNN cannot be used on " + device.id + ": " + why + ".");
}

int ordinal_of(const Device& device) {
  constexpr std::string_view prefix = "cuda:";
  const std::string_view id = device.id;
  int ordinal = -1;
  if (id.starts_with(prefix))
    std::from_chars(id.data() + prefix.size(), id.data() + id.size(), ordinal);
  if (ordinal < 0) fail(device, "it is not one of the GPUs that are here");
  return ordinal;
}

template <typename Function>
Function* find(void* driver, const char* name, const Device& device) {
  auto* const found = reinterpret_cast<Function*>(dlsym(driver, name));
  if (!found) fail(device, std::string(driver_name) + " lacks " + name);
  return found;
}

// The driver is asked by name, so that the module opens where there is none. Contexts stay retained
// while the process lives: as many as there are GPUs.
void make_current(const Device& device) {
  const int ordinal = ordinal_of(device);
  void* const driver = dlopen(driver_name, RTLD_NOW | RTLD_LOCAL);
  if (!driver) fail(device, std::string("there is no ") + driver_name);
  const auto require = [&](CUresult result, const char* what) {
    if (result != CUDA_SUCCESS)
      fail(device, std::string(what) + " answers with CUDA error " + std::to_string(result));
  };
  CUdevice found = 0;
  CUcontext context = nullptr;
  require(find<decltype(cuInit)>(driver, "cuInit", device)(0), "cuInit");
  require(find<decltype(cuDeviceGet)>(driver, "cuDeviceGet", device)(&found, ordinal),
          "cuDeviceGet");
  require(find<decltype(cuDevicePrimaryCtxRetain)>(driver, "cuDevicePrimaryCtxRetain", device)(
              &context, found),
          "cuDevicePrimaryCtxRetain");
  require(find<decltype(cuCtxSetCurrent)>(driver, "cuCtxSetCurrent", device)(context),
          "cuCtxSetCurrent");
}

}  // namespace

LegacyHandle::LegacyHandle(const Device& device) : device_(device) {
  if (const std::string& problem = legacy_library().problem; !problem.empty())
    fail(device, problem);
  make_current(device);
  const cudnnStatus_t status = legacy_library().call.create(&handle_);
  if (status != CUDNN_STATUS_SUCCESS || !handle_) fail(device, description(status));
}

cudnnHandle_t LegacyHandle::get() const {
  make_current(device_);
  return handle_;
}

LegacyHandle::~LegacyHandle() {
  legacy_library().call.destroy(handle_);
}

}  // namespace convtune::cudnn
