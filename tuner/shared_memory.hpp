#pragma once

#include <map>
#include <vector>

#include <tuner/memory.hpp>

#include "protocol.hpp"

namespace convtune {

/// Memory that worker processes see too: one anonymous file that only grows in length. What was
/// released last is kept for whoever wants about as much again, mapped as it is on all sides; the
/// rest gives its pages back, and its place is not used again.
class SharedMemory final : public Memory {
 public:
  /// Throws WorkplaceLost when there can be no such file.
  SharedMemory();
  ~SharedMemory() override;
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  Block allocate(std::size_t bytes) override;
  void release(const Block& block) noexcept override;

  int descriptor() const { return file_; }
  /// Of data in a block of this memory; nothing for any other.
  std::optional<SharedPlace> find(const void* data) const;
  /// The same. Throws std::out_of_range for any other.
  SharedPlace place_of(const void* data) const;
  /// The offsets that were given back since the beginning, for those that map them; they keep
  /// count.
  const std::vector<std::int64_t>& released() const { return released_; }

 private:
  struct Spare {
    std::byte* start;
    std::size_t length;
  };
  static Block block(std::byte* start, std::size_t length, std::size_t bytes);
  void give_back(std::byte* start) noexcept;

  int file_;
  std::int64_t end_ = 0;
  std::map<const void*, SharedPlace> places_;
  std::vector<Spare> spare_;  ///< in the order of their release
  std::size_t spare_bytes_ = 0;
  std::vector<std::int64_t> released_;
};

/// The same memory as a worker sees it. Each place is mapped when it is first asked for, between
/// guards that nobody may touch.
class SharedView {
 public:
  explicit SharedView(int file) : file_(file) {}
  ~SharedView();
  SharedView(const SharedView&) = delete;
  SharedView& operator=(const SharedView&) = delete;

  /// What may be done with data until they are asked for again.
  enum class Access { write, read };

  /// The data at `place`. Throws std::bad_alloc when it cannot be mapped, Error(bad_input) when
  /// there is no such place.
  std::byte* at(const SharedPlace& place, Access access = Access::write);
  void forget(std::int64_t offset);

  /// How far `address` lies outside of the place whose guard it hits: negative ahead of its data.
  /// Nothing where it hits none. For a signal handler.
  std::optional<std::ptrdiff_t> outside(const void* address) const;

 private:
  struct Mapping {
    std::byte* start = nullptr;  ///< of the guard ahead
    std::size_t length = 0;      ///< of the place
    Access access = Access::write;
  };
  Mapping& mapping_of(const SharedPlace& place);

  int file_;
  std::map<std::int64_t, Mapping> mappings_;
};

}  // namespace convtune
