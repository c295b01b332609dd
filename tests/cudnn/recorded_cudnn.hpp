#pragma once

#include <cstdint>
#include <vector>

/// What the double of cuDNN was asked last.
struct Recorded {
  int handles = 0, executed = 0;
  void* stream = nullptr;
  std::vector<std::int64_t> ids;
  std::vector<void*> addresses;
  void* workspace = nullptr;
  const void* plan = nullptr;
  bool fails = false;
};

extern "C" __attribute__((visibility("default"))) Recorded* recorded_cudnn();
