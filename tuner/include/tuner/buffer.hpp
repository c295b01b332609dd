#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include <tuner/memory.hpp>

namespace convtune {

/// Memory that a candidate may use, aligned to 64 bytes, between two red zones of a known pattern
/// that nobody may write to.
class Buffer {
 public:
  /// Throws std::bad_alloc when there is not that much of `memory`, which must outlive the buffer.
  /// Contents are undefined.
  explicit Buffer(std::size_t bytes = 0, Memory& memory = own_memory());
  ~Buffer();
  Buffer(Buffer&& other) noexcept
      : memory_(other.memory_), block_(std::exchange(other.block_, {})) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(block_, other.block_);
    return *this;
  }

  void* data() { return block_.start + block_.before; }
  const void* data() const { return block_.start + block_.before; }
  std::size_t bytes() const { return block_.bytes; }

  /// Every byte 0xFF: NaN in each floating type, -1 or 255 in the integers.
  void poison();

  /// "before" or "after": the red zone that was written to; empty if both are whole.
  std::string_view damage() const;

  /// Of the contents; tells any change of a bit.
  std::uint64_t checksum() const;

 private:
  Memory* memory_;
  Block block_;
};

/// The same checksum of any memory.
std::uint64_t checksum(const void* data, std::size_t bytes);

}  // namespace convtune
