#pragma once

#include <cstdint>

#include <convtune/device.hpp>

namespace convtune::depthwise {

/// What is compiled: filters of taps x taps at a stride, with the usual padding; `flat`: by vectors
/// from row to row instead of two rows a vector.
struct PlaneShape {
  int taps = 3, stride = 1;
  bool flat = false;
  auto operator<=>(const PlaneShape&) const = default;

  constexpr int pad() const { return taps / 2; }
};

/// Whole planes, one behind the other, each with a filter of its own.
template <class T>
struct PlaneCall {
  std::int64_t planes = 1;
  const T* read = nullptr;  ///< a vector further than the last plane must be readable
  T* written = nullptr;
  std::int64_t high = 0, wide = 0;          ///< of inputs; wide is at most widest()
  std::int64_t out_high = 0, out_wide = 0;  ///< unless flat, out_wide is at most half a vector
  const T* taps = nullptr;                  ///< in the order of the inputs that they multiply
  const T* bias = nullptr;                  ///< one a plane, or none
  bool accumulate = false, relu = false;
};

/// The zeros behind each row keep it apart from the next, and from its own other end.
constexpr std::int64_t widest(const PlaneShape& shape, std::int64_t lanes) {
  return shape.flat ? lanes : lanes / (3 - shape.stride) - shape.pad();
}

/// Of a plane of 7x7, the usual one that is too short for rows of its own.
constexpr std::int64_t flat_vectors(std::int64_t lanes) {
  return (7 * 7 + lanes - 1) / lanes;
}

/// True for planes that are computed flat: those of so many vectors, if they are few.
constexpr bool is_flat(std::int64_t elements, std::int64_t lanes) {
  constexpr std::int64_t most = 8;  // without a loop
  return (elements + lanes - 1) / lanes == flat_vectors(lanes) && flat_vectors(lanes) <= most;
}

template <class T>
using RunPlane = void (*)(const PlaneCall<T>&);

/// The kernel of a shape, nullptr where there is none.
template <class T>
RunPlane<T> plane_kernel(Isa isa, const PlaneShape& shape);

}  // namespace convtune::depthwise
