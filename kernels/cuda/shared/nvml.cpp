// NVML comes with the driver; its header does not come with anything that we need, so the few
// declarations that we use are ours (after NVIDIA's NVML API reference, R580).
#include "nvml.hpp"

#include <array>

#include <dlfcn.h>
#include <unistd.h>

namespace convtune::cuda {
namespace {

constexpr int success = 0, too_small = 7;
using Gpu = void*;

struct Process {
  unsigned pid;
  unsigned long long used_bytes;
  unsigned gpu_instance, compute_instance;
};

class Nvml {
 public:
  explicit Nvml(const std::string& library)
      : handle_(dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    const auto initialize = find<int()>("nvmlInit_v2");
    ready_ = initialize && initialize() == success;
  }
  ~Nvml() {
    if (const auto end = find<int()>("nvmlShutdown"); ready_ && end) end();
    if (handle_) dlclose(handle_);
  }
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;

  bool ready() const { return ready_; }

  template <class Function>
  Function* find(const char* name) const {
    return handle_ ? reinterpret_cast<Function*>(dlsym(handle_, name)) : nullptr;
  }

 private:
  void* handle_;
  bool ready_ = false;
};

std::string compute_mode(const Nvml& nvml, Gpu gpu) {
  constexpr unsigned exclusive_thread = 1, prohibited = 2, exclusive_process = 3;
  const auto ask = nvml.find<int(Gpu, unsigned*)>("nvmlDeviceGetComputeMode");
  unsigned mode = 0;
  if (!ask || ask(gpu, &mode) != success) return {};
  if (mode == prohibited) return "its compute mode lets nobody compute on it";
  if (mode == exclusive_thread || mode == exclusive_process)
    return "its compute mode lets one process compute on it: candidates of several libraries need "
           "--isolation none";
  return {};
}

std::string mig_mode(const Nvml& nvml, Gpu gpu) {
  const auto ask = nvml.find<int(Gpu, unsigned*, unsigned*)>("nvmlDeviceGetMigMode");
  unsigned now = 0, later = 0;
  if (!ask || ask(gpu, &now, &later) != success || now == 0) return {};
  return "it is divided into instances (MIG): times are those of one of them";
}

std::string others(const Nvml& nvml, Gpu gpu) {
  const auto ask =
      nvml.find<int(Gpu, unsigned*, Process*)>("nvmlDeviceGetComputeRunningProcesses_v3");
  std::array<Process, 64> processes{};
  unsigned count = processes.size();
  if (!ask) return {};
  if (const int status = ask(gpu, &count, processes.data()); status != success)
    return status == too_small ? "more than 64 other processes use it" : "";
  std::string pids;
  int found = 0;
  for (unsigned i = 0; i < count; ++i) {
    if (processes[i].pid == static_cast<unsigned>(getpid())) continue;
    pids += (pids.empty() ? "" : ", ") + std::to_string(processes[i].pid);
    ++found;
  }
  if (found == 0) return {};
  return std::to_string(found) + (found == 1 ? " other process uses" : " other processes use") +
         " it (pid " + pids + ")";
}

}  // namespace

std::vector<std::string> remarks(const std::string& library, const std::string& uuid) {
  const Nvml nvml(library);
  if (!nvml.ready()) return {};
  const auto find_gpu = nvml.find<int(const char*, Gpu*)>("nvmlDeviceGetHandleByUUID");
  Gpu gpu = nullptr;
  if (!find_gpu || find_gpu(uuid.c_str(), &gpu) != success) return {};
  std::vector<std::string> all;
  for (const std::string& each :
       std::array{compute_mode(nvml, gpu), mig_mode(nvml, gpu), others(nvml, gpu)})
    if (!each.empty()) all.push_back(each);
  return all;
}

}  // namespace convtune::cuda
