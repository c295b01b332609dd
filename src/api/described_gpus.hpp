#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/device.hpp>
#include <convtune/environment.hpp>

namespace convtune {

/// A file of src/api/devices: the properties of one GPU.
struct DeviceFile {
  std::string_view name, content;
};
std::span<const DeviceFile> device_files();

/// The GPUs that every build can describe.
std::vector<Device> described_gpus();

/// The GPU of that name, its own or its file's ("NVIDIA H200", "h200", in any case), or the one
/// that the JSON file of that name describes. A name with a slash or with .json at its end is a
/// file's. Throws Error(bad_input).
Device described_gpu(const std::string& name);

/// What cuDNN says of a GPU (its device properties as JSON, or in a description by `doctor`), as a
/// device that is not here. `source` is named in errors. Throws Error(bad_input) saying which keys
/// are missing.
Device gpu_from(const std::string& properties, const std::string& id, const std::string& source);

/// Its class: whatever else differs between two GPUs of one class, their times do not.
Machine machine_of(const Device& gpu);

}  // namespace convtune
