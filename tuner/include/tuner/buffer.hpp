#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace convtune {

/// Memory that a candidate may use, aligned to 64 bytes, between two red zones of a known pattern
/// that nobody may write to.
class Buffer {
 public:
  static constexpr std::size_t red_zone_bytes = 4096;

  /// Throws std::bad_alloc when there is not that much memory. Contents are undefined.
  explicit Buffer(std::size_t bytes = 0);

  void* data() { return start_.get() + red_zone_bytes; }
  const void* data() const { return start_.get() + red_zone_bytes; }
  std::size_t bytes() const { return bytes_; }

  /// Every byte 0xFF: NaN in each floating type, -1 or 255 in the integers.
  void poison();

  /// "before" or "after": the red zone that was written to; empty if both are whole.
  std::string_view damage() const;

  /// Of the contents; tells any change of a bit.
  std::uint64_t checksum() const;

 private:
  struct Free {
    void operator()(std::byte* start) const;
  };
  std::unique_ptr<std::byte, Free> start_;
  std::size_t bytes_;
};

/// The same checksum of any memory.
std::uint64_t checksum(const void* data, std::size_t bytes);

}  // namespace convtune
