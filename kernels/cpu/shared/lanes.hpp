#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include <convtune/device.hpp>

// Vectors that are handed over in registers would bind callers to an instruction set; here all is
// inlined, and nothing is handed over.
#pragma GCC diagnostic ignored "-Wpsabi"

/// What is compiled for several instruction sets is inlined into one function of each.
#define CONVTUNE_INLINE [[gnu::always_inline]] inline

/// Defines functions once for each instruction set: `CONVTUNE_FOR_ISA(For)` expects a macro
/// For(isa, bytes, attributes), which gets the Isa's name, the bytes of its vectors and what marks
/// a function as compiled for it.
#if defined(__x86_64__)
#define CONVTUNE_FOR_ISA(For)                                   \
  For(generic, 16, ) For(avx2, 32, [[gnu::target("avx2,fma")]]) \
      For(avx512, 64, [[gnu::target("avx512f,fma")]])
#else
#define CONVTUNE_FOR_ISA(For) For(generic, 16, ) For(avx2, 16, ) For(avx512, 16, )
#endif

namespace convtune::cpu {

/// Vectors of a number of bytes: the same source is compiled for whatever the processor has.
template <class T, int bytes>
struct Lanes {
  using Vector [[gnu::vector_size(bytes)]] = T;
  /// The same anywhere in memory.
  using Held [[gnu::vector_size(bytes), gnu::aligned(alignof(T)), gnu::may_alias]] = T;
  static constexpr int count = bytes / static_cast<int>(sizeof(T));
  /// Live vectors that the instruction set has registers for.
  static constexpr int registers = bytes == 64 ? 32 : 16;
};

/// Bytes of a vector of an instruction set, as CONVTUNE_FOR_ISA has them.
constexpr int vector_bytes(Isa isa) {
#if defined(__x86_64__)
  return isa == Isa::avx512 ? 64 : isa == Isa::avx2 ? 32 : 16;
#else
  (void)isa;
  return 16;
#endif
}

/// Computed here, and in a register until it is used: GCC else loads again for each product what it
/// loaded before, where products can read memory.
template <class Vector>
CONVTUNE_INLINE void hold(Vector& vector) {
#if defined(__x86_64__)
  asm("" : "+v"(vector));
#else
  (void)vector;
#endif
}

/// The element in every lane, held.
template <class T, int bytes>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector broadcast(const T* from) {
  using Vector = typename Lanes<T, bytes>::Vector;
#if defined(__x86_64__) && !defined(__clang__)
  // GCC has no expression for it that does not become a sum, or one insertion for each lane.
  if constexpr (bytes > 16) {
    Vector all;
    if constexpr (sizeof(T) == 4)
      asm("vbroadcastss %1, %0" : "=v"(all) : "m"(*from));
    else
      asm("vbroadcastsd %1, %0" : "=v"(all) : "m"(*from));
    return all;
  }
#endif
  Vector all = Vector{} + *from;
  hold(all);
  return all;
}

template <class T, int bytes>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector load(const T* from) {
  return *reinterpret_cast<const typename Lanes<T, bytes>::Held*>(from);
}

template <class T, int bytes>
CONVTUNE_INLINE void store(T* to, const typename Lanes<T, bytes>::Vector& vector) {
  *reinterpret_cast<typename Lanes<T, bytes>::Held*>(to) = vector;
}

/// The first `count` lanes, the others are zero; reads nothing else.
template <class T, int bytes>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector load_some(const T* from, int count) {
  alignas(bytes) T part[Lanes<T, bytes>::count] = {};
  int at = 0;
#pragma GCC unroll 4
  for (int step = Lanes<T, bytes>::count / 2; step > 0; step /= 2)
    if (count & step) {
      std::memcpy(part + at, from + at, static_cast<std::size_t>(step) * sizeof(T));
      at += step;
    }
  return load<T, bytes>(part);
}

/// The first `count` lanes, fewer than all; writes nothing else.
template <class T, int bytes>
CONVTUNE_INLINE void store_some(T* to, const typename Lanes<T, bytes>::Vector& vector, int count) {
  alignas(bytes) T part[Lanes<T, bytes>::count];
  store<T, bytes>(part, vector);
  int at = 0;
#pragma GCC unroll 4
  for (int step = Lanes<T, bytes>::count / 2; step > 0; step /= 2)
    if (count & step) {
      std::memcpy(to + at, part + at, static_cast<std::size_t>(step) * sizeof(T));
      at += step;
    }
}

/// The lanes from `first` on; writes nothing ahead of them.
template <class T, int bytes>
CONVTUNE_INLINE void store_from(T* to, const typename Lanes<T, bytes>::Vector& vector, int first) {
  alignas(bytes) T part[Lanes<T, bytes>::count];
  store<T, bytes>(part, vector);
#pragma GCC unroll 4
  for (int step = 1; step < Lanes<T, bytes>::count; step *= 2)
    if (first & step) {
      std::memcpy(to + first, part + first, static_cast<std::size_t>(step) * sizeof(T));
      first += step;
    }
  for (; first < Lanes<T, bytes>::count; first += Lanes<T, bytes>::count / 2)
    std::memcpy(to + first, part + first, sizeof part / 2);
}

namespace detail {

template <class T>
using Index = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;

template <class T>
inline constexpr Index<T> infinity_bits =
    sizeof(T) == 4 ? Index<T>{0x7f800000} : static_cast<Index<T>>(0x7ff0000000000000);

// Lane l of a step of a transposition: of the first vector below `lanes`, of the second from there.
constexpr int low(int lane, int step, int lanes) {
  return (lane & step) == 0 ? lane : lanes + lane - step;
}
constexpr int high(int lane, int step, int lanes) {
  return (lane & step) == 0 ? lane + step : lanes + lane;
}

template <class T, int bytes, int step, int... lane>
CONVTUNE_INLINE void exchange(typename Lanes<T, bytes>::Vector& a,
                              typename Lanes<T, bytes>::Vector& b,
                              std::integer_sequence<int, lane...>) {
  constexpr int lanes = Lanes<T, bytes>::count;
  const typename Lanes<T, bytes>::Vector first = a, second = b;
  a = __builtin_shufflevector(first, second, low(lane, step, lanes)...);
  b = __builtin_shufflevector(first, second, high(lane, step, lanes)...);
}

template <class T, int bytes, int step>
CONVTUNE_INLINE void transpose_from(typename Lanes<T, bytes>::Vector* rows) {
  constexpr int lanes = Lanes<T, bytes>::count;
  if constexpr (step < lanes) {
#pragma GCC unroll 16
    for (int i = 0; i < lanes; ++i)
      if ((i & step) == 0)
        exchange<T, bytes, step>(rows[i], rows[i + step], std::make_integer_sequence<int, lanes>());
    transpose_from<T, bytes, 2 * step>(rows);
  }
}

}  // namespace detail

/// Zero for what is below it; NaNs stay. By whole numbers alone, because comparisons of vectors do
/// not become vectors in every instruction set.
template <class T, int bytes>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector relu(
    const typename Lanes<T, bytes>::Vector& vector) {
  using Bits = typename Lanes<detail::Index<T>, bytes>::Vector;
  constexpr int sign = 8 * static_cast<int>(sizeof(T)) - 1;
  constexpr detail::Index<T> magnitude = ~(detail::Index<T>{1} << sign);
  const Bits bits = reinterpret_cast<Bits>(vector);
  const Bits below = bits >> sign;
  const Bits not_a_number = (detail::infinity_bits<T> - (bits & magnitude)) >> sign;
  return reinterpret_cast<typename Lanes<T, bytes>::Vector>(bits & (~below | not_a_number));
}

/// Row r, lane l becomes row l, lane r, of as many rows as a vector has lanes: Eklundh's method, a
/// bit of the indices at a time (A fast computer method for matrix transposing, 1972).
template <class T, int bytes>
CONVTUNE_INLINE void transpose(typename Lanes<T, bytes>::Vector* rows) {
  detail::transpose_from<T, bytes, 1>(rows);
}

}  // namespace convtune::cpu
