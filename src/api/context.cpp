#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <sched.h>

#include <convtune/context.hpp>
#include <convtune/error.hpp>
#include <kernels/gpu.hpp>

#include "described_gpus.hpp"
#include "gpu_backends.hpp"
#include "system.hpp"

namespace convtune {
namespace {

int affinity() {
  // Larger than any machine of today; a set that is too small is refused by the kernel.
  constexpr int most = 1 << 16;
  cpu_set_t* const set = CPU_ALLOC(most);
  const std::size_t bytes = CPU_ALLOC_SIZE(most);
  const int count = sched_getaffinity(0, bytes, set) == 0 ? CPU_COUNT_S(bytes, set) : 1;
  CPU_FREE(set);
  return count;
}

// "cuda" is the first of those that are here.
bool names_present(const std::string& device) {
  return device == "cuda" || device.starts_with("cuda:");
}

Device present_gpu(const std::string& name) {
  const std::string number = name == "cuda" ? "0" : name.substr(std::string("cuda:").size());
  if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos)
    throw Error(
        ErrorCode::bad_input,
        fmt::format("There is no device '{}'; expected cuda, or cuda: and a number.", name));
  if (!why_no_gpu().empty())
    throw Error(ErrorCode::environment,
                fmt::format("There is no device '{}' to run on: {}.{}", name, why_no_gpu(),
                            can_ask_for_described()
                                ? " Of a GPU that is not here, such as h200, candidates can be "
                                  "listed and guessed."
                                : ""));
  const std::string id = name == "cuda" ? "cuda:0" : name;
  std::string known;
  for (Device& device : present_gpus()) {
    if (device.id == id) return std::move(device);
    known += (known.empty() ? "" : ", ") + device.id;
  }
  throw Error(ErrorCode::bad_input,
              fmt::format("There is no device '{}' here; of GPUs there are {}.", name, known));
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

// The XDG Base Directory Specification: what is relative is to be ignored.
std::string folder_in(const char* name) {
  const std::string value = variable(name);
  return value.starts_with('/') ? value : std::string();
}

/// What may be executed: under an emulator the system tells of the processor below.
Isa executable_isa() {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return Isa::generic;
  for (const bool there :
       {__builtin_cpu_supports("avx512f") != 0, __builtin_cpu_supports("avx512bw") != 0,
        __builtin_cpu_supports("avx512vl") != 0, __builtin_cpu_supports("avx512dq") != 0})
    if (!there) return Isa::avx2;
#endif
  return Isa::avx512;
}

Device this_cpu() {
  Device device = System().cpu();
  device.isa = std::min(device.isa, executable_isa());
  return device;
}

}  // namespace

std::string default_database() {
  if (std::string file = variable("CONVTUNE_DB"); !file.empty()) return file;
  if (const std::string data = folder_in("XDG_DATA_HOME"); !data.empty())
    return data + "/convtune/convtune.db";
  const std::string home = folder_in("HOME");
  return (home.empty() ? home_of_user() : home) + "/.local/share/convtune/convtune.db";
}

bool names_database(const Context& context) {
  return !context.database.empty() || !variable("CONVTUNE_DB").empty();
}

std::string system_database() {
  return variable("CONVTUNE_SYSTEM_DB");
}

int default_threads() {
  return thread_count(affinity(), System().cpu_quota());
}

Device probe_device(const Context& context) {
  if (context.threads < 0)
    throw Error(ErrorCode::bad_input,
                fmt::format("{} threads were asked for; it takes at least one.", context.threads));
  Device device = context.device == "cpu"         ? this_cpu()
                  : names_present(context.device) ? present_gpu(context.device)
                                                  : described_gpu(context.device);
  device.threads = context.threads > 0 ? context.threads : default_threads();
  return device;
}

Machine probe_machine(const Device& device) {
  return device.kind == DeviceKind::cpu ? probe_machine() : machine_of(device);
}

Machine probe_machine() {
  static const Machine machine = System().machine();
  return machine;
}

}  // namespace convtune
