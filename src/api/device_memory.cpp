#include "device_memory.hpp"

#include <array>

#include <fmt/format.h>

namespace convtune {
namespace {

// Rounded, since what does not fit may be past any integer.
double tensor_bytes(const ConvProblem& problem) {
  double bytes = 0;
  for (const Role role : {Role::source, Role::filter, Role::destination}) {
    auto tensor = static_cast<double>(size_of(type_of(problem, role)));
    for (const std::int64_t extent : extents(problem, role)) tensor *= static_cast<double>(extent);
    bytes += tensor;
  }
  return bytes;
}

std::string human(double bytes) {
  constexpr std::array units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < units.size(); ++unit) bytes /= 1024;
  return fmt::format("{:.4g} {}", bytes, units[unit]);
}

}  // namespace

std::string too_large(const ConvProblem& problem, std::size_t workspace_bytes,
                      const Device& device) {
  if (device.kind == DeviceKind::cpu) return {};
  const double needed = tensor_bytes(problem) + static_cast<double>(workspace_bytes);
  const auto there = static_cast<double>(device.memory_bytes);
  if (needed <= there) return {};
  return fmt::format("the tensors{} take {}, but {} has {} of memory",
                     workspace_bytes > 0 ? " and the workspace" : "", human(needed), device.name,
                     human(there));
}

void refuse_too_large(Offers& offers, const ConvProblem& problem, const Device& device) {
  std::erase_if(offers.contenders, [&](const Contender& each) {
    std::string why = too_large(problem, each.candidate.workspace_bytes, device);
    if (why.empty()) return false;
    offers.refusals.push_back(
        {each.candidate.implementation, each.candidate.configuration, std::move(why)});
    return true;
  });
}

}  // namespace convtune
