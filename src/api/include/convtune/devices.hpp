#pragma once

#include <optional>
#include <string>
#include <vector>

#include <convtune/context.hpp>
#include <convtune/gpu_state.hpp>

namespace convtune {

/// A device, and what else is known of it.
struct DeviceFacts {
  Device device;
  std::string machine_class;                   ///< what it shares with others of its kind
  int sm_clock_mhz = 0, memory_clock_mhz = 0;  ///< of a GPU, the highest; 0: not known
  GpuState state = {};                         ///< of a GPU that is here
  std::vector<std::string> remarks = {};       ///< what of that spoils times, a clause each
};

struct DeviceList {
  std::vector<DeviceFacts> devices;
  /// What GPUs need and this machine lacks, and what to install or to run, one sentence each.
  std::vector<std::string> missing;
};

/// The device of the context; nullopt for a GPU that cannot be reached: why_nothing_on_gpus says
/// why. Throws Error(bad_input) for a name that nothing has.
std::optional<DeviceFacts> find_device(const Context& context);

/// Everything that probe_device knows a name for: what is here, then the GPUs that are not. Opens
/// the libraries of GPUs.
DeviceList list_devices(const Context& context);

/// The GPUs that are here.
std::vector<DeviceFacts> list_present_gpus();

/// A GPU that is here and its state, one sentence.
std::string sentence_on(const DeviceFacts& gpu);

/// Why nothing runs on a GPU here, and what to do about it, one sentence; empty: there is one.
std::string why_nothing_on_gpus();

}  // namespace convtune
