#pragma once

#include <cstdint>

#include <convtune/device.hpp>

namespace convtune::depthwise {

/// What is compiled: a filter of height x width taps at a stride, and so many rows of outputs at a
/// time.
struct RowShape {
  int height = 3, width = 3, stride = 1, rows = 1;
  auto operator<=>(const RowShape&) const = default;

  constexpr int read_rows() const { return (rows - 1) * stride + height; }
};

/// A few rows of outputs of one filter.
template <class T>
struct RowCall {
  /// Where place 0 of each input row is. Vectors are read from row_first() to row_end(); what
  /// lies outside of 0 to in - 1 there may hold anything.
  const T* const* read = nullptr;
  T* const* written = nullptr;
  std::int64_t in = 0, out = 0, pad = 0;
  const T* taps = nullptr;  ///< in the order of the inputs that they multiply
  T bias = 0;
  bool accumulate = false, relu = false;
  /// Of rows shorter than a vector, the first so many may be written past their end.
  int spilling = 0;
};

template <class T>
using RunRows = void (*)(const RowCall<T>&);

/// The kernel of a shape, nullptr where there is none.
template <class T>
RunRows<T> row_kernel(Isa isa, const RowShape& shape);

/// The first place that a kernel may read from, and one past the last.
constexpr std::int64_t row_first(std::int64_t pad) {
  return -pad;
}
constexpr std::int64_t row_end(std::int64_t pad, std::int64_t out, const RowShape& shape,
                               std::int64_t lanes) {
  return -pad + (out + 2 * lanes) * shape.stride + shape.width + lanes;
}

}  // namespace convtune::depthwise
