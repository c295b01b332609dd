// What CPU this is, read from /proc/cpuinfo and the caches in /sys.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "system.hpp"

namespace convtune {
namespace {

// What a kernel's speed depends on, in the order that it is named.
constexpr std::array telling_flags = {
    "sse4_1",   "avx",      "avx2",     "fma",        "f16c",        "avx_vnni",    "avx512f",
    "avx512bw", "avx512vl", "avx512dq", "avx512ifma", "avx512_vnni", "avx512_bf16", "avx512_fp16",
    "amx_tile", "amx_bf16", "amx_int8", "asimd",      "asimdhp",     "sve",         "sve2"};

struct CpuInfo {
  std::map<std::string, std::string> first;  // fields of the first processor
  std::set<std::string> flags;
  int threads = 0;
  int cores = 0;

  std::string field(const std::string& key) const {
    const auto found = first.find(key);
    return found == first.end() ? "" : found->second;
  }
};

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

CpuInfo cpu_info(const std::string& content) {
  CpuInfo info;
  std::set<std::pair<std::string, std::string>> cores;
  std::string package;
  std::istringstream lines(content);
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string key = trimmed(line.substr(0, colon));
    const std::string value = trimmed(line.substr(colon + 1));
    if (key == "processor") ++info.threads;
    if (key == "physical id") package = value;
    if (key == "core id") cores.emplace(package, value);
    info.first.emplace(key, value);
  }
  info.threads = std::max(info.threads, 1);
  info.cores = cores.empty() ? info.threads : static_cast<int>(cores.size());
  std::istringstream flags(info.field("flags") + " " + info.field("Features"));
  for (std::string flag; flags >> flag;) info.flags.insert(flag);
  return info;
}

Isa isa_of(const std::set<std::string>& flags) {
  const auto all = [&](std::initializer_list<const char*> wanted) {
    return std::ranges::all_of(wanted, [&](const char* flag) { return flags.contains(flag); });
  };
  if (!all({"avx2", "fma"})) return Isa::generic;
  if (!all({"avx512f", "avx512bw", "avx512vl", "avx512dq"})) return Isa::avx2;
  return Isa::avx512;
}

std::string model_of(const CpuInfo& info) {
  for (const char* key : {"model name", "Model", "Hardware"})
    if (std::string name = info.field(key); !name.empty()) return name;
  return "unknown CPU";
}

std::size_t cache_size(const std::string& text) {
  std::size_t size = 0;
  char unit = ' ';
  std::istringstream(text) >> size >> unit;
  return unit == 'K' ? size << 10 : unit == 'M' ? size << 20 : size;
}

std::string told(const CpuInfo& info) {
  std::string all;
  for (const char* flag : telling_flags)
    if (info.flags.contains(flag)) all += (all.empty() ? "" : "+") + std::string(flag);
  return all.empty() ? "generic" : all;
}

}  // namespace

Device System::cpu() const {
  const CpuInfo info = cpu_info(read("proc/cpuinfo").value_or(""));
  Device device{.kind = DeviceKind::cpu, .name = model_of(info), .isa = isa_of(info.flags)};
  for (int index = 0;; ++index) {
    const std::string folder = fmt::format("sys/devices/system/cpu/cpu0/cache/index{}/", index);
    const auto level = read(folder + "level"), type = read(folder + "type"),
               size = read(folder + "size");
    if (!level || !type || !size) break;
    if (*type == "Instruction" || cache_size(*size) == 0) continue;
    if (*level == "1") device.l1_bytes = cache_size(*size);
    if (*level == "2") device.l2_bytes = cache_size(*size);
    if (*level == "3") device.l3_bytes = cache_size(*size);
  }
  device.memory_bytes = memory_limit();
  return device;
}

Machine System::machine() const {
  const CpuInfo info = cpu_info(read("proc/cpuinfo").value_or(""));
  const Device device = cpu();
  const auto kibibytes = [](std::size_t bytes) { return bytes >> 10; };
  const std::string model =
      fmt::format("{}/{}/{}/{}", info.field("vendor_id"), info.field("cpu family"),
                  info.field("model"), info.field("stepping"));

  Machine machine;
  machine.name = device.name;
  machine.machine_class =
      fmt::format("{} ({}), {}, {} cores, {} threads, L1 {}K, L2 {}K, L3 {}K", device.name, model,
                  told(info), info.cores, info.threads, kibibytes(device.l1_bytes),
                  kibibytes(device.l2_bytes), kibibytes(device.l3_bytes));
  // A host name alone changes too easily: it counts only where there is no machine id.
  machine.serial = read("etc/machine-id").value_or("");
  if (machine.serial.empty())
    machine.serial = "host " + read("proc/sys/kernel/hostname").value_or("unknown");
  machine.fingerprint = nlohmann::json{
      {"kind", "cpu"},
      {"model", device.name},
      {"identification", model},
      {"isa", told(info)},
      {"cores", info.cores},
      {"threads", info.threads},
      {"l1_bytes", device.l1_bytes},
      {"l2_bytes", device.l2_bytes},
      {"l3_bytes", device.l3_bytes},
      {"memory_bytes",
       device.memory_bytes}}.dump();
  return machine;
}

}  // namespace convtune
