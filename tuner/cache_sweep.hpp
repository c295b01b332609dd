#pragma once

#include <convtune/device.hpp>
#include <tuner/buffer.hpp>

namespace convtune {

/// Writes over more memory than the caches hold.
class CacheSweep {
 public:
  explicit CacheSweep(const Device& device);
  void operator()();

 private:
  Buffer memory_;
};

}  // namespace convtune
