#include "described_gpus.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <convtune/error.hpp>

namespace convtune {
namespace {

using Json = nlohmann::json;

/// A property that is a number, and what it may be.
struct Number {
  const char* key;
  std::int64_t least, most;
};

// Without any one of these cuDNN 9 takes no description.
constexpr std::int64_t large = std::int64_t{1} << 50;
constexpr std::array numbers = {Number{"deviceVer", 500, 9990},
                                Number{"multiProcessorCount", 1, 100000},
                                Number{"warpSize", 1, 1024},
                                Number{"maxSharedMemoryPerBlock", 1, INT32_MAX},
                                Number{"maxSharedMemoryPerBlockOptin", 1, INT32_MAX},
                                Number{"reservedSharedMemoryPerBlock", 0, INT32_MAX},
                                Number{"maxRegistersPerSM", 1, INT32_MAX},
                                Number{"maxCtasPerSM", 1, INT32_MAX},
                                Number{"maxThreadsPerSM", 1, INT32_MAX},
                                Number{"regsPerBlock", 1, INT32_MAX},
                                Number{"totalGlobalMem", 1, large},
                                Number{"smClockRateKHz", 0, INT32_MAX},
                                Number{"l2CacheSize", 0, INT32_MAX},
                                Number{"memClockRateKHz", 0, INT32_MAX},
                                Number{"supportCoopLaunch", 0, 1},
                                Number{"pciDeviceId", 0, INT32_MAX},
                                Number{"isTccDriver", 0, 1},
                                Number{"cudaDeviceId", 0, INT32_MAX},
                                Number{"driverVer", 0, INT32_MAX}};
constexpr std::array triples = {"maxBlockSize", "maxGridSize"};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

[[noreturn]] void reject(const std::string& source, const std::string& why) {
  throw Error(ErrorCode::bad_input, fmt::format("{} does not describe a GPU: {}.", source, why));
}

// They would reach a terminal, or break the line that a name stands in.
bool has_control_characters(std::string_view text) {
  constexpr unsigned char space = 0x20, del = 0x7f, two_bytes = 0xc2, end_of_c1 = 0xa0;
  unsigned char before = 0;
  for (const char each : text) {
    const auto c = static_cast<unsigned char>(each);
    if (c < space || c == del || (before == two_bytes && c < end_of_c1)) return true;
    before = c;
  }
  return false;
}

// No GPU has such a name: whoever writes it means a file.
bool is_path(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(".json");
}

bool is_triple(const Json& value) {
  return value.is_array() && value.size() == 3 && std::ranges::all_of(value, [](const Json& each) {
           return each.is_number_integer() && each >= 1 && each <= INT32_MAX;
         });
}

std::string names_of_described() {
  std::string names;
  for (const DeviceFile& file : device_files())
    names += (names.empty() ? "" : ", ") + std::string(file.name);
  return names;
}

constexpr const char* description_schema = "convtune.device/1";  // doctor --dump-description

bool every_build_describes(const std::string& id) {
  return std::ranges::any_of(device_files(),
                             [&](const DeviceFile& file) { return file.name == lower(id); });
}

std::string content_of(const std::string& path) {
  constexpr std::size_t most = std::size_t{1} << 20;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::bad_input, fmt::format("{} cannot be read.", path));
  std::string content(most + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (content.size() > most) reject(path, "it is longer than a megabyte");
  return content;
}

// What names other devices, so that nobody takes a description for one of them.
bool is_taken(const std::string& id) {
  return every_build_describes(id) || id == "cpu" || id.starts_with("cuda");
}

}  // namespace

Device gpu_from(const std::string& properties, const std::string& id, const std::string& source) {
  Json json = Json::parse(properties, nullptr, false);
  if (json.is_discarded()) reject(source, "it is not JSON");
  if (!json.is_object()) reject(source, "it is not a JSON object");
  // As `doctor --dump-description` writes it.
  if (json.contains("fingerprint")) {
    if (json.value("schema", Json()) != description_schema)
      reject(source, fmt::format("its schema is not {}", description_schema));
    json = Json(json["fingerprint"]);
  }
  if (!json.is_object()) reject(source, "its fingerprint is not a JSON object");
  // What a live GPU leaves out of its own description.
  constexpr int every_block = 1024;
  if (!json.contains("deviceName")) json["deviceName"] = id;
  if (!json.contains("maxThreadsPerBlock")) json["maxThreadsPerBlock"] = every_block;
  std::vector<std::string> missing, wrong;
  const auto require = [&](const char* key, const std::string& what, const auto& fits) {
    if (!json.contains(key))
      missing.emplace_back(key);
    else if (!fits(json[key]))
      wrong.push_back(fmt::format("{} is no {}", key, what));
  };
  const auto require_number = [&](const Number& number) {
    require(number.key, fmt::format("number from {} to {}", number.least, number.most),
            [&](const Json& value) {
              return value.is_number_integer() && value >= number.least && value <= number.most;
            });
  };
  std::ranges::for_each(numbers, require_number);
  require_number({"maxThreadsPerBlock", 1, INT32_MAX});
  for (const char* const key : triples) require(key, "list of three sizes", is_triple);
  // cuDNN copies it to a place of 256 bytes.
  constexpr std::size_t longest_name = 255;
  require("deviceName", "name of 1 to 255 bytes", [](const Json& value) {
    return value.is_string() && !value.get_ref<const std::string&>().empty() &&
           value.get_ref<const std::string&>().size() <= longest_name;
  });
  if (!missing.empty()) wrong.push_back(fmt::format("{} is missing", fmt::join(missing, ", ")));
  if (!wrong.empty()) reject(source, fmt::format("{}", fmt::join(wrong, "; ")));
  if (has_control_characters(json["deviceName"].get_ref<const std::string&>()))
    reject(source, "its deviceName holds control characters");

  Device device{.kind = DeviceKind::cuda, .id = id, .name = json["deviceName"]};
  device.l2_bytes = json["l2CacheSize"];
  device.l3_bytes = 0;
  device.l1_bytes = json["maxSharedMemoryPerBlockOptin"];
  device.memory_bytes = json["totalGlobalMem"];
  device.properties = json.dump();
  device.present = false;
  return device;
}

std::vector<Device> described_gpus() {
  std::vector<Device> all;
  for (const DeviceFile& file : device_files())
    all.push_back(gpu_from(std::string(file.content), std::string(file.name), "The build"));
  return all;
}

Device described_gpu(const std::string& name) {
  const bool path = is_path(name);
  if (!path)
    for (Device& device : described_gpus())
      if (lower(name) == device.id || lower(name) == lower(device.name)) return std::move(device);
  std::error_code ignored;
  const bool file = std::filesystem::is_regular_file(name, ignored);
  if (path && !file)
    throw Error(ErrorCode::bad_input,
                fmt::format("{} '{}' that could describe a GPU.",
                            std::filesystem::exists(name, ignored) ? "What is there is no file"
                                                                   : "There is no file",
                            name));
  if (!file)
    throw Error(
        ErrorCode::bad_input,
        fmt::format("There is no device '{}' here; this program knows cpu, and of GPUs that are "
                    "not here {}. It also takes a JSON file of a GPU's properties.",
                    name, names_of_described()));
  Device device = gpu_from(content_of(name), std::filesystem::path(name).stem().string(), name);
  if (is_taken(device.id)) device.id = name;
  return device;
}

Machine machine_of(const Device& gpu) {
  const Json json = Json::parse(gpu.properties);
  const int version = json["deviceVer"];
  Machine machine;
  machine.name = gpu.name;
  machine.machine_class =
      fmt::format("{}, sm_{}, {} multiprocessors at {} MHz, L2 {}K, {}M at {} MHz", gpu.name,
                  version / 10, json["multiProcessorCount"].get<int>(),
                  json["smClockRateKHz"].get<std::int64_t>() / 1000, gpu.l2_bytes >> 10,
                  gpu.memory_bytes >> 20, json["memClockRateKHz"].get<std::int64_t>() / 1000);
  machine.fingerprint = gpu.properties;
  return machine;
}

}  // namespace convtune
