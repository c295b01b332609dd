#pragma once

#include "shifts.hpp"

// Every second lane of two vectors as processors do it in one cheap instruction: 16 bytes at a
// time, so that half of each 16 bytes comes from either vector.

namespace convtune::cpu {

namespace detail {

// Which of the lanes of two vectors a lane takes if every second one is picked within 16 bytes.
constexpr int picked(int lane, int odd, int block, int lanes) {
  const int within = lane % block, from = lane / block * block + odd;
  return within < block / 2 ? from + 2 * within : lanes + from + 2 * (within - block / 2);
}

template <class T, int bytes, int odd, int... lane>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector pick(const typename Lanes<T, bytes>::Vector& low,
                                                      const typename Lanes<T, bytes>::Vector& high,
                                                      std::integer_sequence<int, lane...>) {
  constexpr int block = 16 / static_cast<int>(sizeof(T));
  return __builtin_shufflevector(low, high, picked(lane, odd, block, Lanes<T, bytes>::count)...);
}

// The element that a lane then holds: below half of the lanes they are of the lower vector.
constexpr int element_of(int lane, int block, int lanes) {
  const int within = lane % block;
  return lane / block * (block / 2) + within % (block / 2) + within / (block / 2) * (lanes / 2);
}

// And the lane that holds an element.
constexpr int lane_of(int element, int block, int lanes) {
  const int within = element % (lanes / 2);
  return within / (block / 2) * block + within % (block / 2) + element / (lanes / 2) * (block / 2);
}

// The lane of the element `by` further on among those of its vector.
constexpr int turned(int lane, int by, int block, int lanes) {
  const int element = element_of(lane, block, lanes), half = lanes / 2;
  return lane_of(element / half * half + (element + by + half) % half, block, lanes);
}

template <class T, int bytes, int... lane>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector in_order(
    const typename Lanes<T, bytes>::Vector& vector, std::integer_sequence<int, lane...>) {
  constexpr int block = 16 / static_cast<int>(sizeof(T));
  return __builtin_shufflevector(vector, vector, lane_of(lane, block, sizeof...(lane))...);
}

template <class T, int bytes, int by, int... lane>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector turn(
    const typename Lanes<T, bytes>::Vector& vector, std::integer_sequence<int, lane...>) {
  constexpr int block = 16 / static_cast<int>(sizeof(T));
  return __builtin_shufflevector(vector, vector, turned(lane, by, block, sizeof...(lane))...);
}

}  // namespace detail

/// Every second lane of both, 16 bytes at a time: one cheap instruction, after which the lanes are
/// not in order.
template <class T, int bytes, int odd>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector pick_second(
    const typename Lanes<T, bytes>::Vector& low, const typename Lanes<T, bytes>::Vector& high) {
  return detail::pick<T, bytes, odd>(low, high, detail::Lane<T, bytes>());
}

/// The elements of each of the two vectors turned by so many, in that order of lanes.
template <class T, int bytes, int by>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector turn_picked(
    const typename Lanes<T, bytes>::Vector& picked) {
  return detail::turn<T, bytes, by>(picked, detail::Lane<T, bytes>());
}

/// What every_second would have given, of what pick_second gave.
template <class T, int bytes>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector in_order(
    const typename Lanes<T, bytes>::Vector& picked) {
  return detail::in_order<T, bytes>(picked, detail::Lane<T, bytes>());
}

}  // namespace convtune::cpu
