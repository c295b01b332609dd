#include "evict.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace convtune {
namespace {

constexpr std::size_t line = 64;

std::size_t whole_lines(std::size_t bytes) {
  return (bytes + line - 1) / line * line;
}

// Away from the copy before, so that nothing fetches the next one ahead of its turn.
std::size_t leap(std::size_t count) {
  std::size_t step = count * 5 / 8 + 1;
  while (std::gcd(step, count) != 1) ++step;
  return step;
}

}  // namespace

#if defined(__x86_64__)
bool can_evict() {
  return true;
}

void evict(const void* data, std::size_t bytes) {
  const auto* const start = static_cast<const char*>(data);
  _mm_mfence();
  for (std::size_t offset = 0; offset < bytes; offset += line) _mm_clflush(start + offset);
  if (bytes > 0) _mm_clflush(start + bytes - 1);
  _mm_mfence();
}
#else
bool can_evict() {
  return false;
}

void evict(const void* /*data*/, std::size_t /*bytes*/) {}
#endif

std::size_t cache_bytes(const Device& device) {
  return device.l3_bytes + static_cast<std::size_t>(device.threads) * device.l2_bytes;
}

Copies::Copies(std::size_t bytes, std::size_t count, Memory& memory)
    : bytes_(bytes), stride_(whole_lines(bytes)), count_(count) {
  buffer_ = std::make_shared<Buffer>(count > 1 ? stride_ * count : bytes, memory);
}

void* Copies::of_turn(std::size_t turn) const {
  if (count_ < 2) return first();
  return static_cast<std::byte*>(first()) + turn % count_ * leap(count_) % count_ * stride_;
}

void Copies::spread() const {
  for (std::size_t i = 1; i < count_; ++i)
    std::memcpy(static_cast<std::byte*>(first()) + i * stride_, first(), bytes_);
}

std::size_t copies_beyond_caches(const Device& device, std::size_t bytes) {
  return 2 * cache_bytes(device) / std::max(bytes, line) + 2;
}

}  // namespace convtune
