#pragma once

#include <cstdint>

#include <convtune/device.hpp>

namespace convtune::depthwise {

/// What is compiled: a filter of height x width taps at a stride, and so many vectors of outputs
/// side by side.
struct ColumnShape {
  int height = 3, width = 3, stride = 1, vectors = 1;
  auto operator<=>(const ColumnShape&) const = default;

  /// The tap whose inputs are loaded as they lie under the outputs; the others are their
  /// neighbours.
  constexpr int centre() const { return width / 2; }
};

/// A column of vectors, from the top down, in the same rows of planes one behind the other, each
/// with a filter of its own.
template <class T>
struct ColumnCall {
  std::int64_t planes = 1;
  /// Place 0 of input row 0 of the first plane. Of each row that is there, vectors are read from
  /// `lead` places ahead of it to `tail` behind its last one; what lies outside of 0 to in - 1 may
  /// be anything.
  const T* read = nullptr;
  T* written = nullptr;                      ///< place 0 of the first row of outputs
  std::int64_t in_plane = 0, out_plane = 0;  ///< from a plane to the next
  std::int64_t in = 0, out = 0;              ///< of a row
  std::int64_t first = 0;  ///< the row of inputs that the first row of outputs begins with
  std::int64_t high = 0;   ///< rows 0 to high - 1 of inputs are there, the others are zeros
  std::int64_t step = 1;   ///< rows of inputs from a row of outputs to the next
  std::int64_t rows = 0;   ///< of outputs
  std::int64_t pad = 0;
  std::int64_t at = 0;      ///< the column's first place in a row of outputs
  const T* taps = nullptr;  ///< in the order of the inputs that they multiply
  const T* bias = nullptr;  ///< one a plane, or none
  bool accumulate = false, relu = false;
};

template <class T>
using RunColumn = void (*)(const ColumnCall<T>&);

/// The kernel of a shape, nullptr where there is none.
template <class T>
RunColumn<T> column_kernel(Isa isa, const ColumnShape& shape);

}  // namespace convtune::depthwise
