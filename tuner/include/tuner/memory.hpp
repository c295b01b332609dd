#pragma once

#include <cstddef>

namespace convtune {

/// A piece of memory with room on both sides of what was asked for.
struct Block {
  std::byte* start = nullptr;
  std::size_t before = 0;  ///< bytes ahead of the data, a multiple of 64
  std::size_t bytes = 0;   ///< of data
  std::size_t after = 0;   ///< bytes behind it
};

/// Where buffers come from: this process's heap, or memory that other processes see too.
class Memory {
 public:
  /// At least that much lies on either side of the data.
  static constexpr std::size_t least_room = 4096;

  virtual ~Memory() = default;

  /// Data aligned to 64 bytes, contents undefined. Throws std::bad_alloc when it cannot be had.
  virtual Block allocate(std::size_t bytes) = 0;
  virtual void release(const Block& block) noexcept = 0;
};

/// The heap.
Memory& own_memory();

}  // namespace convtune
