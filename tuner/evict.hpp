#pragma once

#include <cstddef>
#include <memory>

#include <convtune/device.hpp>
#include <tuner/buffer.hpp>

namespace convtune {

/// True if this processor lets memory be driven out of every cache.
bool can_evict();

/// Drives `bytes` at `data` out of every cache of the machine. Nothing where can_evict() is false.
void evict(const void* data, std::size_t bytes);

/// Bytes that all caches of `device` hold together.
std::size_t cache_bytes(const Device& device);

/// Copies of a tensor, one behind the other; each turn has the next one, and the turns between two
/// uses of the same are many enough. One copy: every turn has it.
class Copies {
 public:
  Copies() = default;
  /// Contents undefined. Throws std::bad_alloc.
  Copies(std::size_t bytes, std::size_t count, Memory& memory);

  explicit operator bool() const { return buffer_ != nullptr; }
  void* first() const { return buffer_->data(); }
  void* of_turn(std::size_t turn) const;
  std::size_t bytes() const { return bytes_; }

  /// What the first holds becomes that of all.
  void spread() const;

 private:
  std::shared_ptr<Buffer> buffer_;
  std::size_t bytes_ = 0, stride_ = 0, count_ = 0;
};

/// How many copies of tensors of `bytes` together are more than twice the caches of `device`.
std::size_t copies_beyond_caches(const Device& device, std::size_t bytes);

}  // namespace convtune
