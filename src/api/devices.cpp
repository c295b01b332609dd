// What convolutions can run on, and what is missing for more.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <convtune/devices.hpp>
#include <convtune/error.hpp>
#include <kernels/gpu.hpp>

#include "described_gpus.hpp"
#include "gpu_backends.hpp"

namespace convtune {
namespace {

DeviceFacts facts_of(Device device) {
  DeviceFacts facts{.device = std::move(device), .machine_class = {}};
  facts.machine_class = probe_machine(facts.device).machine_class;
  if (facts.device.kind == DeviceKind::cpu) return facts;
  const auto properties = nlohmann::json::parse(facts.device.properties, nullptr, false);
  constexpr int kilohertz = 1000;
  if (properties.is_object()) {
    facts.sm_clock_mhz = properties.value("smClockRateKHz", 0) / kilohertz;
    facts.memory_clock_mhz = properties.value("memClockRateKHz", 0) / kilohertz;
  }
  if (!facts.device.present) return facts;
  facts.state = gpu_state(facts.device);
  facts.remarks = gpu_remarks(facts.state);
  return facts;
}

std::vector<std::string> missing_libraries() {
  std::vector<std::string> sentences;
  for (const Backend* const backend : gpu_backends()) {
    std::string why = backend->unavailable();
    if (why.empty()) continue;
    if (!why.ends_with('.')) why += '.';
    if (std::ranges::find(sentences, why) == sentences.end()) sentences.push_back(std::move(why));
  }
  return sentences;
}

}  // namespace

std::vector<DeviceFacts> list_present_gpus() {
  std::vector<DeviceFacts> all;
  for (Device& device : present_gpus()) all.push_back(facts_of(std::move(device)));
  return all;
}

std::optional<DeviceFacts> find_device(const Context& context) try {
  return facts_of(probe_device(context));
} catch (const Error& error) {
  if (error.code() != ErrorCode::environment) throw;
  return std::nullopt;
}

DeviceList list_devices(const Context& context) {
  DeviceList list{.devices = {facts_of(probe_device({.threads = context.threads}))}, .missing = {}};
  std::ranges::move(list_present_gpus(), std::back_inserter(list.devices));
  for (Device& device : described_gpus()) list.devices.push_back(facts_of(std::move(device)));
  std::optional<DeviceFacts> asked = find_device(context);
  const auto is_asked = [&](const DeviceFacts& each) { return each.device.id == asked->device.id; };
  if (asked && std::ranges::none_of(list.devices, is_asked))
    list.devices.push_back(*std::move(asked));
  if (std::string why = why_nothing_on_gpus(); !why.empty()) list.missing.push_back(std::move(why));
  std::ranges::move(missing_libraries(), std::back_inserter(list.missing));
  return list;
}

std::string sentence_on(const DeviceFacts& gpu) {
  const Device& device = gpu.device;
  std::string sentence = fmt::format("{} is {} ({}) with driver {}", device.id, device.name,
                                     device.serial, device.driver);
  if (!gpu.state.compute_mode.empty())
    sentence += fmt::format(", compute mode {}", gpu.state.compute_mode);
  for (const std::string& remark : gpu.remarks) sentence += "; " + remark;
  return sentence + '.';
}

std::string why_nothing_on_gpus() {
  if (why_no_gpu().empty()) return {};
  return fmt::format("Nothing runs on a GPU: {}.", why_no_gpu());
}

}  // namespace convtune
