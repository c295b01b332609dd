#pragma once

#include <cstdint>

#include <convtune/device.hpp>

namespace convtune::depthwise {

/// What is compiled: filters of taps x taps at a stride, with the usual padding, for planes whose
/// rows of outputs are at most half a vector; or for square planes with `side` rows and columns of
/// outputs, and `stride` times as many of inputs.
struct PlaneShape {
  int taps = 3, stride = 1, side = 0;
  auto operator<=>(const PlaneShape&) const = default;

  constexpr int pad() const { return taps / 2; }
};

/// Whole planes, one behind the other, each with a filter of its own.
template <class T>
struct PlaneCall {
  std::int64_t planes = 1;
  const T* read = nullptr;  ///< a vector further than the last plane must be readable
  T* written = nullptr;
  std::int64_t high = 0, wide = 0;  ///< of inputs; wide is at most widest()
  std::int64_t out_high = 0, out_wide = 0;
  const T* taps = nullptr;  ///< in the order of the inputs that they multiply
  const T* bias = nullptr;  ///< one a plane, or none
  bool accumulate = false, relu = false;
};

/// Unless planes are square: the zeros behind each row keep it apart from the next, and from its
/// own other end.
constexpr std::int64_t widest(const PlaneShape& shape, std::int64_t lanes) {
  return shape.stride > 2 ? 0 : lanes / (3 - shape.stride) - shape.pad();
}

/// Square planes: how many rows of outputs a vector holds; 0: it is shorter than one.
constexpr int rows_of_vector(const PlaneShape& shape, int lanes) {
  return shape.side > 0 ? lanes / shape.side : 0;
}

template <class T>
using RunPlane = void (*)(const PlaneCall<T>&);

/// The kernel of a shape, nullptr where there is none.
template <class T>
RunPlane<T> plane_kernel(Isa isa, const PlaneShape& shape);

}  // namespace convtune::depthwise
