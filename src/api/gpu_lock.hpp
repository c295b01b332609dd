#pragma once

#include <functional>
#include <string>

#include <convtune/device.hpp>

namespace convtune {

/// One GPU for one process at a time, so that nobody's times are spoilt by another tuning: a locked
/// file in $CONVTUNE_LOCK_DIR, or /tmp, named by the GPU's UUID; whoever comes first makes it, for
/// all users. Released with the object and with the process. A CPU is not locked.
class GpuLock {
 public:
  /// Waits for whoever has it, says so once to `progress`, and asks `stop` meanwhile; stopped, it
  /// throws Error(interrupted). Where there can be no such file nothing is locked, which `progress`
  /// is told.
  GpuLock(const Device& device, const std::function<bool()>& stop,
          const std::function<void(const std::string&)>& progress);
  ~GpuLock();
  GpuLock(const GpuLock&) = delete;
  GpuLock& operator=(const GpuLock&) = delete;

  static std::string path(const Device& device);

 private:
  int file_ = -1;
};

}  // namespace convtune
