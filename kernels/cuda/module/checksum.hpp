#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "../launch.hpp"
#include "../simt.hpp"

namespace convtune::cuda {

/// Adds to `*sum` one number for each word of eight bytes, which depends on where it stands: each
/// is another one whenever the word is, so that no single word can change unseen, and several only
/// by a chance of 2^-64.
struct Checksum {
  static constexpr bool together = true;

  const unsigned char* start = nullptr;
  std::int64_t bytes = 0;
  unsigned long long* sum = nullptr;

  template <class Thread>
  CONVTUNE_DEVICE void operator()(Thread& thread) const {
    unsigned long long own = 0;
    each(thread, bytes / width + (bytes % width != 0),
         [&](std::int64_t i) { own += share(word(i), i); });
    for (int lanes = warp_size / 2; lanes > 0; lanes /= 2) own += thread.shuffle_xor(own, lanes);
    if (thread.index() % warp_size == 0) thread.add(sum, own);
  }

 private:
  static constexpr std::int64_t width = sizeof(unsigned long long);

  /// The last one is filled up with zeros; memory that starts anywhere is read by the byte.
  CONVTUNE_DEVICE unsigned long long word(std::int64_t i) const {
    const unsigned char* const at = start + i * width;
    const std::int64_t there = bytes - i * width < width ? bytes - i * width : width;
    unsigned long long value = 0;
    if (there == width && reinterpret_cast<std::uintptr_t>(at) % width == 0) {
      std::memcpy(&value, __builtin_assume_aligned(at, width), width);
      return value;
    }
    for (std::int64_t byte = 0; byte < there; ++byte)
      value |= static_cast<unsigned long long>(at[byte]) << (8 * byte);
    return value;
  }

  /// Bijective in the word (multiplications by odd numbers and shifted exclusive ors are), with the
  /// mixing steps of splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
  /// Generators, 2014).
  CONVTUNE_DEVICE static unsigned long long share(unsigned long long word, std::int64_t i) {
    unsigned long long mixed =
        word + (static_cast<unsigned long long>(i) + 1) * 0x9E3779B97F4A7C15ULL;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31);
  }
};

inline Checksum checksum_of(const void* memory, std::size_t bytes, std::uint64_t* where) {
  static_assert(sizeof(unsigned long long) == sizeof(std::uint64_t));
  return {.start = static_cast<const unsigned char*>(memory),
          .bytes = static_cast<std::int64_t>(bytes),
          .sum = reinterpret_cast<unsigned long long*>(where)};
}

/// Enough threads to read at full speed, and few enough that adding their sums costs little.
inline Grid grid_of(const Checksum& kernel) {
  constexpr std::int64_t most = 1024;
  Grid grid = grid_of(kernel.bytes / 8 + (kernel.bytes % 8 != 0));
  grid.blocks = std::min(grid.blocks, most);
  return grid;
}

}  // namespace convtune::cuda
