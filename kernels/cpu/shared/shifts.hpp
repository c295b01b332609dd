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
