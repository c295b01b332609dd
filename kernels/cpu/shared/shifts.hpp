#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "lanes.hpp"

namespace convtune::cpu {

namespace detail {

template <class T, int bytes, int from, int step, int... lane>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector every(const typename Lanes<T, bytes>::Vector& low,
                                                       const typename Lanes<T, bytes>::Vector& high,
                                                       std::integer_sequence<int, lane...>) {
  return __builtin_shufflevector(low, high, (from + step * lane)...);
}

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

template <class T, int bytes>
using Lane = std::make_integer_sequence<int, Lanes<T, bytes>::count>;

// All bits of the lanes from `lanes` to 2 lanes - 1, none of those around them.
template <class T, int lanes>
inline constexpr auto window = [] {
  std::array<Index<T>, static_cast<std::size_t>(3 * lanes)> bits{};
  for (int i = lanes; i < 2 * lanes; ++i) bits[static_cast<std::size_t>(i)] = -1;
  return bits;
}();

}  // namespace detail

/// A vector that begins `by` lanes, at most all, into one that `high` continues.
template <class T, int bytes, int by>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector shift(
    const typename Lanes<T, bytes>::Vector& low, const typename Lanes<T, bytes>::Vector& high) {
#if defined(__x86_64__) && !defined(__clang__)
  // GCC takes a general permutation, which has the pipes of products wait.
  if constexpr (bytes == 64 && by > 0 && by < Lanes<T, bytes>::count) {
    typename Lanes<T, bytes>::Vector shifted;
    if constexpr (sizeof(T) == 4)
      asm("valignd %3, %2, %1, %0" : "=v"(shifted) : "v"(high), "v"(low), "i"(by));
    else
      asm("valignq %3, %2, %1, %0" : "=v"(shifted) : "v"(high), "v"(low), "i"(by));
    return shifted;
  }
#endif
  return detail::every<T, bytes, by, 1>(low, high, detail::Lane<T, bytes>());
}

/// Every second lane of two vectors in a row, from the first (odd = 0) or the second.
template <class T, int bytes, int odd>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector every_second(
    const typename Lanes<T, bytes>::Vector& low, const typename Lanes<T, bytes>::Vector& high) {
  return detail::every<T, bytes, odd, 2>(low, high, detail::Lane<T, bytes>());
}

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

/// All bits of some lanes, none of the others. From memory, because comparisons of vectors do not
/// become vectors in every instruction set.
template <class T, int bytes>
using Mask = typename Lanes<detail::Index<T>, bytes>::Vector;

/// The lanes of a vector that begins at `place` which are of a row with places 0 to size - 1.
template <class T, int bytes>
CONVTUNE_INLINE Mask<T, bytes> within(std::int64_t place, std::int64_t size) {
  constexpr int lanes = Lanes<T, bytes>::count;
  // What is further off than a vector is as good as a vector away.
  const std::int64_t before = place > 0 ? 0 : place < -lanes ? lanes : -place;
  const std::int64_t end = size - place < 0 ? 0 : size - place > lanes ? lanes : size - place;
  const detail::Index<T>* const window = detail::window<T, lanes>.data();
  return load<detail::Index<T>, bytes>(window + lanes - before) &
         load<detail::Index<T>, bytes>(window + 2 * lanes - end);
}

/// The lanes of the mask, the others are zero.
template <class T, int bytes>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector only(
    const typename Lanes<T, bytes>::Vector& vector, const Mask<T, bytes>& mask) {
  return reinterpret_cast<typename Lanes<T, bytes>::Vector>(
      reinterpret_cast<Mask<T, bytes>>(vector) & mask);
}

}  // namespace convtune::cpu
