#pragma once

#include <optional>
#include <string>
#include <vector>

namespace convtune {

/// What NVML tells of a GPU that is here. What it does not tell stays empty.
struct GpuState {
  /// "default", "exclusive_thread", "prohibited" or "exclusive_process"
  std::string compute_mode = {};
  std::optional<bool> mig = {};                 ///< divided into instances
  std::vector<std::string> mig_instances = {};  ///< their UUIDs
  /// Process ids of those that compute there now, besides this one.
  std::optional<std::vector<unsigned>> other_processes = {};
};

}  // namespace convtune
