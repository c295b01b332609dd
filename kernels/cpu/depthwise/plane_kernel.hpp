#pragma once

#include <cstdint>

#include <convtune/device.hpp>

namespace convtune::depthwise {

/// What is compiled: filters of taps x taps at stride 1 whose outputs are as many as their inputs,
/// and so many rows of a plane in each vector.
struct PlaneShape {
  int taps = 3, rows = 1;
  auto operator<=>(const PlaneShape&) const = default;
};

/// Whole planes, one behind the other, each with a filter of its own.
template <class T>
struct PlaneCall {
  std::int64_t planes = 1;
  const T* read = nullptr;  ///< a vector further than the last plane must be readable
  T* written = nullptr;
  std::int64_t high = 0, wide = 0;  ///< of a plane; wide is at most widest()
  const T* taps = nullptr;          ///< in the order of the inputs that they multiply
  const T* bias = nullptr;          ///< one a plane, or none
  bool accumulate = false, relu = false;
};

/// The zeros behind each row keep it apart from the next, and from its own other end.
constexpr std::int64_t widest(const PlaneShape& shape, std::int64_t lanes) {
  return lanes / shape.rows - shape.taps / 2;
}

template <class T>
using RunPlane = void (*)(const PlaneCall<T>&);

/// The kernel of a shape, nullptr where there is none.
template <class T>
RunPlane<T> plane_kernel(Isa isa, const PlaneShape& shape);

}  // namespace convtune::depthwise
