#pragma once

#include <cstdint>
#include <vector>

#include "../../../kernels/cuda/launch.hpp"
#include "../../../kernels/cuda/simt.hpp"
#include "threads.hpp"

namespace convtune::cuda {

/// How kernels run that are launched from now on, and what was launched; of this thread.
struct Emulation {
  Order order = Order::ascending;
  std::int64_t launches = 0;
  void* stream = nullptr;  ///< of the last launch
};
Emulation& emulation();

/// Runs one block of a grid.
template <class Kernel>
void run_block(const Kernel& kernel, const Grid& grid, std::int64_t number, Order order) {
  if constexpr (works_together<Kernel>) {
    Block::run(grid.threads, grid.shared_bytes, order, [&](Block& block, int index) {
      BlockThread thread(grid, number, block, index);
      kernel(thread);
    });
  } else {
    const auto run = [&](std::int64_t index) {
      LoneThread thread(grid, number, static_cast<int>(index));
      kernel(thread);
    };
    if (order == Order::ascending)
      for (int i = 0; i < grid.threads; ++i) run(i);
    else
      for (const std::int64_t index : numbers_in(order, grid.threads)) run(index);
  }
}

/// Runs a whole grid, to its end. Throws KernelFault.
template <class Kernel>
void run_grid(const Kernel& kernel, const Grid& grid, Order order) {
  if (grid.blocks < 0 || grid.blocks > 0x7fffffff || grid.threads < 1 || grid.threads > 1024)
    throw KernelFault("no GPU has such a grid");
  for (const std::int64_t block : numbers_in(order, grid.blocks))
    run_block(kernel, grid, block, order);
}

/// For the definitions of cuda::launch.
template <class Kernel>
void emulate(const Kernel& kernel, const Grid& grid, void* stream) {
  emulation().stream = stream;
  ++emulation().launches;
  run_grid(kernel, grid, emulation().order);
}

}  // namespace convtune::cuda
