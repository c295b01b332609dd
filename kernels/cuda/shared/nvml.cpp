// NVML comes with the driver; its header does not come with anything that we need, so the few
// declarations that we use are ours (after NVIDIA's NVML API reference, R580).
#include "nvml.hpp"

#include <algorithm>
#include <array>

#include <dlfcn.h>
#include <unistd.h>

#include <kernels/shared_library.hpp>

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
  explicit Nvml(const std::string& library) : handle_(open_shared_library(library).handle) {
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
  constexpr std::array names = {"default", "exclusive_thread", "prohibited", "exclusive_process"};
  const auto ask = nvml.find<int(Gpu, unsigned*)>("nvmlDeviceGetComputeMode");
  unsigned mode = 0;
  if (!ask || ask(gpu, &mode) != success || mode >= names.size()) return {};
  return names[mode];
}

std::optional<bool> mig_mode(const Nvml& nvml, Gpu gpu) {
  const auto ask = nvml.find<int(Gpu, unsigned*, unsigned*)>("nvmlDeviceGetMigMode");
  unsigned now = 0, later = 0;
  if (!ask || ask(gpu, &now, &later) != success) return std::nullopt;
  return now != 0;
}

std::vector<std::string> mig_instances(const Nvml& nvml, Gpu gpu) {
  const auto count = nvml.find<int(Gpu, unsigned*)>("nvmlDeviceGetMaxMigDeviceCount");
  const auto find = nvml.find<int(Gpu, unsigned, Gpu*)>("nvmlDeviceGetMigDeviceHandleByIndex");
  const auto name = nvml.find<int(Gpu, char*, unsigned)>("nvmlDeviceGetUUID");
  unsigned most = 0;
  if (!count || !find || !name || count(gpu, &most) != success) return {};
  std::vector<std::string> uuids;
  for (unsigned i = 0; i < most; ++i) {
    Gpu instance = nullptr;
    std::array<char, 96> uuid{};  // NVML_DEVICE_UUID_V2_BUFFER_SIZE
    if (find(gpu, i, &instance) == success && name(instance, uuid.data(), uuid.size()) == success)
      uuids.emplace_back(uuid.data());
  }
  return uuids;
}

std::optional<std::vector<unsigned>> other_processes(const Nvml& nvml, Gpu gpu) {
  const auto ask =
      nvml.find<int(Gpu, unsigned*, Process*)>("nvmlDeviceGetComputeRunningProcesses_v3");
  if (!ask) return std::nullopt;
  std::vector<Process> processes(64);
  int status = too_small;
  unsigned count = 0;
  // More may come between two questions.
  for (int attempt = 0; status == too_small && attempt < 4; ++attempt) {
    processes.resize(std::max<std::size_t>(processes.size(), std::size_t{count} * 2));
    count = static_cast<unsigned>(processes.size());
    status = ask(gpu, &count, processes.data());
  }
  if (status != success) return std::nullopt;
  std::vector<unsigned> pids;
  for (unsigned i = 0; i < count; ++i)
    if (processes[i].pid != static_cast<unsigned>(getpid())) pids.push_back(processes[i].pid);
  return pids;
}

}  // namespace

GpuState state(const std::string& library, const std::string& uuid) {
  const Nvml nvml(library);
  if (!nvml.ready()) return {};
  const auto find_gpu = nvml.find<int(const char*, Gpu*)>("nvmlDeviceGetHandleByUUID");
  Gpu gpu = nullptr;
  if (!find_gpu || find_gpu(uuid.c_str(), &gpu) != success) return {};
  GpuState state{.compute_mode = compute_mode(nvml, gpu),
                 .mig = mig_mode(nvml, gpu),
                 .mig_instances = {},
                 .other_processes = other_processes(nvml, gpu)};
  if (state.mig.value_or(false)) state.mig_instances = mig_instances(nvml, gpu);
  return state;
}

std::vector<std::string> remarks(const GpuState& state) {
  const auto joined = [](const auto& values, const auto& text) {
    std::string all;
    for (const auto& each : values) all += (all.empty() ? "" : ", ") + text(each);
    return all;
  };
  std::vector<std::string> all;
  if (state.compute_mode == "prohibited")
    all.emplace_back("its compute mode lets nobody compute on it");
  if (state.compute_mode.starts_with("exclusive"))
    all.emplace_back(
        "its compute mode lets one process compute on it: candidates of several libraries need "
        "--isolation none");
  if (state.mig.value_or(false)) {
    const std::string uuids =
        joined(state.mig_instances, [](const std::string& uuid) { return uuid; });
    all.push_back("it is divided into instances (MIG" + (uuids.empty() ? "" : ": " + uuids) +
                  "): times are those of one of them");
  }
  if (const auto& others = state.other_processes; others && !others->empty())
    all.push_back(std::to_string(others->size()) +
                  (others->size() == 1 ? " other process uses" : " other processes use") +
                  " it (pid " + joined(*others, [](unsigned pid) { return std::to_string(pid); }) +
                  ")");
  return all;
}

}  // namespace convtune::cuda
