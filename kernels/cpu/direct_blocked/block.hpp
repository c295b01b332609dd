#pragma once

#include <array>
#include <cstdint>

namespace convtune::direct_blocked {

/// Outputs that are computed from the same copied inputs, of one group of an image: rows from
/// `first`, deep and high.
struct Block {
  std::int64_t image = 0, group = 0;
  std::array<std::int64_t, 2> first = {0, 0}, size = {0, 0};
};

/// What sums of a block are made of, and where they go.
template <class T>
struct Operands {
  const T* inputs = nullptr;  ///< of the block's first output and tap
  const T* filter = nullptr;  ///< packed, of all groups
  const T* bias = nullptr;    ///< nullptr: none
  T* destination = nullptr;   ///< of all images
  T* sums = nullptr;          ///< scratch of Blocking::sum_elements
};

}  // namespace convtune::direct_blocked
