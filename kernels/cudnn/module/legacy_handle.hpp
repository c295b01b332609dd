#pragma once

#include <convtune/device.hpp>

#include "legacy_library.hpp"

namespace convtune::cudnn {

/// A handle of cuDNN on a GPU that is here ("cuda:0"). Throws Error(environment) with the driver's
/// or cuDNN's words.
class LegacyHandle {
 public:
  explicit LegacyHandle(const Device& device);
  ~LegacyHandle();
  LegacyHandle(const LegacyHandle&) = delete;
  LegacyHandle& operator=(const LegacyHandle&) = delete;

  /// For the calling thread, to which the GPU's primary context, the one of CUDA's run-time
  /// library, becomes current. Never null.
  cudnnHandle_t get() const;

 private:
  Device device_;
  cudnnHandle_t handle_ = nullptr;
};

}  // namespace convtune::cudnn
