#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace convtune::cuda {

/// How many threads run a kernel. Without blocks nothing runs.
struct Grid {
  std::int64_t blocks = 1;       ///< at most 2^31-1
  int threads = 1;               ///< of a block, at most 1024
  std::size_t shared_bytes = 0;  ///< memory that the threads of a block share
};

/// One thread for each of `count` pieces of work that are about equal, as far as a grid goes: for
/// kernels that take theirs by `each` (simt.hpp).
inline Grid grid_of(std::int64_t count) {
  constexpr int threads = 256;
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  return {.blocks = std::min(count / threads + (count % threads != 0), most), .threads = threads};
}

/// Puts the kernel on a queue (cudaStream_t) and does not wait for it. The module defines it for
/// every kernel of its lists kernels.inc (module/launch.cuh), which throws Error(environment) with
/// CUDA's words when it cannot start; tests define it for the same lists by an emulation.
template <class Kernel>
void launch(const Kernel& kernel, const Grid& grid, void* stream);

}  // namespace convtune::cuda
