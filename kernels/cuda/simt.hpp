#pragma once

#include <cstdint>

/// Marks what a kernel runs. Kernels are plain C++20: the same source is compiled by nvcc for the
/// GPU and, without any header of CUDA, by the host's compiler for the emulation of the tests.
#if defined(__CUDACC__)
#define CONVTUNE_DEVICE __device__
#else
#define CONVTUNE_DEVICE
#endif

namespace convtune::cuda {

// A kernel is a value: sizes, pointers and
//
//   template <class Thread> CONVTUNE_DEVICE void operator()(Thread& thread) const;
//
// which every thread of a grid (launch.hpp) runs. All that it may use of the machine it asks of
// `thread`; blocks and grids have one axis.
//
//   int index(), count()              this thread in its block; threads of a block
//   std::int64_t block(), blocks()    this block in the grid; blocks of the grid
//   T add(T* address, T value)        atomic, returns what was there: int, unsigned, unsigned long
//                                     long, float, double
//
// With `static constexpr bool together = true;` in the kernel, and not without it, also:
//
//   void synchronize()                barrier that every thread of the block must reach; what was
//                                     written before it is seen behind it
//   void* shared()                    the block's memory of Grid::shared_bytes, aligned to 16 bytes
//   T shuffle(T value, int lane)      `value` of that lane of the warp
//   T shuffle_down(T value, int by)   of the lane that lies `by` further; past the last: its own
//   T shuffle_xor(T value, int mask)  of the lane whose number differs in these bits
//
// Shuffles are for T of 4 or 8 bytes, and every lane of the warp must reach them; a block whose
// threads shuffle is a multiple of warp_size.

inline constexpr int warp_size = 32;

template <class Kernel>
inline constexpr bool works_together = requires { requires Kernel::together; };

/// Calls body(i) once in the whole grid for every i below `count`, in whatever grid; neighbouring
/// threads get neighbouring i.
template <class Thread, class Body>
CONVTUNE_DEVICE void each(const Thread& thread, std::int64_t count, Body body) {
  const std::int64_t step = thread.blocks() * thread.count();
  for (std::int64_t i = thread.block() * thread.count() + thread.index(); i < count; i += step)
    body(i);
}

}  // namespace convtune::cuda
