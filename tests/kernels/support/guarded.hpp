#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define CONVTUNE_FENCE(address, size) ASAN_POISON_MEMORY_REGION(address, size)
#define CONVTUNE_UNFENCE(address, size) ASAN_UNPOISON_MEMORY_REGION(address, size)
#else
#define CONVTUNE_FENCE(address, size) ((void)(address), (void)(size))
#define CONVTUNE_UNFENCE(address, size) ((void)(address), (void)(size))
#endif

namespace convtune::testing_support {

/// Bytes aligned to 64 between two red zones: what writes there is seen afterwards, and by the
/// address sanitizer at once. Starts as NaN in every floating type.
class Guarded {
 public:
  explicit Guarded(std::size_t size) : size_(size), block_(size + 2 * zone + alignment) {
    const auto address = reinterpret_cast<std::uintptr_t>(block_.data()) + zone;
    data_ = block_.data() + zone + (alignment - address % alignment) % alignment;
    std::memset(block_.data(), mark, block_.size());
    poison();
    CONVTUNE_FENCE(block_.data(), before());
    CONVTUNE_FENCE(data_ + size_, after());
  }
  ~Guarded() { unfence(); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  void* data() { return data_; }
  std::size_t size() const { return size_; }
  void poison() { std::memset(data_, 0xff, size_); }

  bool intact() {
    unfence();
    for (std::size_t i = 0; i < before(); ++i)
      if (block_[i] != std::byte{mark}) return false;
    for (std::size_t i = 0; i < after(); ++i)
      if (data_[size_ + i] != std::byte{mark}) return false;
    return true;
  }

 private:
  static constexpr std::size_t zone = 256, alignment = 64;
  static constexpr unsigned char mark = 0xa5;

  std::size_t before() const { return static_cast<std::size_t>(data_ - block_.data()); }
  std::size_t after() const { return block_.size() - before() - size_; }
  void unfence() { CONVTUNE_UNFENCE(block_.data(), block_.size()); }

  std::size_t size_;
  std::vector<std::byte> block_;
  std::byte* data_;
};

}  // namespace convtune::testing_support
