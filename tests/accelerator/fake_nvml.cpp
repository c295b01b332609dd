// A library that answers as NVML would of a GPU in the state that its environment says.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

namespace {
unsigned number(const char* name) {
  const char* const value = std::getenv(name);
  return value ? static_cast<unsigned>(std::atoi(value)) : 0;
}
}  // namespace

extern "C" {
__attribute__((visibility("default"))) int nvmlInit_v2() {
  return static_cast<int>(number("FAKE_NVML_BROKEN"));
}
__attribute__((visibility("default"))) int nvmlShutdown() {
  return 0;
}
__attribute__((visibility("default"))) int nvmlDeviceGetHandleByUUID(const char* uuid, void** gpu) {
  *gpu = static_cast<void*>(gpu);
  return std::strcmp(uuid, "GPU-1") == 0 ? 0 : 6;
}
__attribute__((visibility("default"))) int nvmlDeviceGetComputeMode(void*, unsigned* mode) {
  *mode = number("FAKE_NVML_MODE");
  return 0;
}
__attribute__((visibility("default"))) int nvmlDeviceGetMigMode(void*, unsigned* now,
                                                                unsigned* later) {
  *now = *later = number("FAKE_NVML_MIG");
  return 0;
}
// Two of the three places for instances are taken.
__attribute__((visibility("default"))) int nvmlDeviceGetMaxMigDeviceCount(void*, unsigned* count) {
  *count = 3;
  return 0;
}
__attribute__((visibility("default"))) int nvmlDeviceGetMigDeviceHandleByIndex(void*,
                                                                               unsigned index,
                                                                               void** instance) {
  static char places[3];
  *instance = places + index;
  return index == 1 ? 6 : 0;
}
__attribute__((visibility("default"))) int nvmlDeviceGetUUID(void* instance, char* uuid,
                                                             unsigned length) {
  void* first = nullptr;
  nvmlDeviceGetMigDeviceHandleByIndex(nullptr, 0, &first);
  std::snprintf(uuid, length, "MIG-%d",
                static_cast<int>(static_cast<char*>(instance) - static_cast<char*>(first)));
  return 0;
}
struct Process {
  unsigned pid;
  unsigned long long used_bytes;
  unsigned gpu_instance, compute_instance;
};
__attribute__((visibility("default"))) int nvmlDeviceGetComputeRunningProcesses_v3(
    void*, unsigned* count, Process* processes) {
  constexpr int too_small = 7;
  const unsigned room = *count;
  *count = 1 + number("FAKE_NVML_OTHERS");
  if (*count > room) return too_small;
  processes[0].pid = static_cast<unsigned>(getpid());
  for (unsigned i = 1; i < *count; ++i) processes[i].pid = 100000 + i;
  return 0;
}
}
