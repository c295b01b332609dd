#pragma once

#include "../shared/finish.hpp"
#include "../shared/shifts.hpp"
#include "plane_kernel.hpp"

namespace convtune::depthwise {

/// Vectors run over a plane as it lies, from row to row: no lane idles whatever a row's length. The
/// sums of each column of taps are made of inputs so many rows away; then they move by whole lanes
/// to where they belong, and what came from another row is dropped. Planes are copied to where
/// zeros are around them, the next one while this one is computed.
template <class T, int bytes, PlaneShape shape>
struct FlatLoops {
  using Vector = typename cpu::Lanes<T, bytes>::Vector;
  using Index = cpu::detail::Index<T>;
  using Mask = cpu::Mask<T, bytes>;
  static constexpr int lanes = cpu::Lanes<T, bytes>::count, taps = shape.taps, pad = shape.pad();
  static constexpr int vectors = static_cast<int>(flat_vectors(lanes));  ///< of a plane
  static constexpr int margin = pad * lanes, room = 2 * margin + (vectors + 1) * lanes;

  using Taps = Vector[taps * taps];
  using Sums = Vector[taps];  ///< of one vector of places, a column of taps each

  /// What planes of one size have in common.
  struct Plane {
    std::int64_t wide = 0, elements = 0;
    int rest = 0;                 ///< elements of the last vector
    Mask last{};                  ///< they alone
    Mask columns[taps][vectors];  ///< where the input of a tap is in the same row
  };

  CONVTUNE_INLINE static void run(const PlaneCall<T>& given) {
    const PlaneCall<T> call = given;  // of its own, so that no store can change it
    Plane plane;
    plane.wide = call.wide;
    plane.elements = call.high * call.wide;
    plane.rest = static_cast<int>(plane.elements - (vectors - 1) * lanes);
    plane.last = cpu::within<T, bytes>(0, plane.rest);
    set_columns(plane);
    alignas(bytes) T held[2][room] = {};
    copy(plane, call.read, held[0] + margin);
    for (std::int64_t number = 0; number < call.planes; ++number) {
      const bool more = number + 1 < call.planes;
      if (more)
        copy(plane, call.read + (number + 1) * plane.elements, held[(number + 1) % 2] + margin);
      // What is written behind the plane is written over by the next one.
      run_plane(call, plane, number, held[number % 2] + margin, more && !call.accumulate);
    }
  }

 private:
  CONVTUNE_INLINE static void set_columns(Plane& plane) {
    for (int tap = 0; tap < taps; ++tap)
      for (int j = 0; j < vectors; ++j) {
        alignas(bytes) Index bits[lanes];
        for (int l = 0; l < lanes; ++l) {
          const std::int64_t column = (j * lanes + l) % plane.wide + tap - pad;
          bits[l] = column >= 0 && column < plane.wide ? Index{-1} : Index{0};
        }
        plane.columns[tap][j] = cpu::load<Index, bytes>(bits);
      }
  }

  CONVTUNE_INLINE static void copy(const Plane& plane, const T* from, T* to) {
    constexpr int whole = (vectors - 1) * lanes;
#pragma GCC unroll 8
    for (int at = 0; at < whole; at += lanes)
      cpu::store<T, bytes>(to + at, cpu::load<T, bytes>(from + at));
    cpu::store<T, bytes>(to + whole,
                         cpu::only<T, bytes>(cpu::load<T, bytes>(from + whole), plane.last));
  }

  CONVTUNE_INLINE static void run_plane(const PlaneCall<T>& call, const Plane& plane,
                                        std::int64_t number, const T* inputs, bool spills) {
    Taps held;
#pragma GCC unroll 32
    for (int i = 0; i < taps * taps; ++i) held[i] = Vector{} + call.taps[number * taps * taps + i];
    const Vector bias = Vector{} + (call.bias ? call.bias[number] : T{0});
    T* const to = call.written + number * plane.elements;
    Sums before = {}, here = {}, after = {};
    sum(plane, inputs, held, after);
#pragma GCC unroll 8
    for (int j = 0; j < vectors; ++j) {
#pragma GCC unroll 8
      for (int i = 0; i < taps; ++i) {
        before[i] = here[i];
        here[i] = after[i];
      }
      // Behind the last vector all is zero, or dropped.
      if (j + 1 < vectors) sum(plane, inputs + (j + 1) * lanes, held, after);
      Vector value = bias + here[pad];
      add_moved(plane, j, before, here, after, value, std::make_integer_sequence<int, pad>());
      cpu::finish<T, bytes>({.accumulate = call.accumulate, .relu = call.relu}, to + j * lanes,
                            spills || j + 1 < vectors ? lanes : plane.rest, value);
    }
  }

  CONVTUNE_INLINE static void sum(const Plane& plane, const T* inputs, const Taps& held,
                                  Sums& sums) {
#pragma GCC unroll 8
    for (int row = 0; row < taps; ++row) {
      Vector input = cpu::load<T, bytes>(inputs + (row - pad) * plane.wide);
      // Or it would be loaded for each product: most of these loads cross a line of the cache.
#if defined(__x86_64__)
      asm("" : "+v"(input));
#endif
#pragma GCC unroll 8
      for (int i = 0; i < taps; ++i)
        sums[i] = row == 0 ? input * held[i] : sums[i] + input * held[row * taps + i];
    }
  }

  /// Those of the columns to the left of the middle one, and to its right.
  template <int... away>
  CONVTUNE_INLINE static void add_moved(const Plane& plane, int j, const Sums& before,
                                        const Sums& here, const Sums& after, Vector& value,
                                        std::integer_sequence<int, away...>) {
    ((value +=
      cpu::only<T, bytes>(cpu::shift<T, bytes, lanes - (pad - away)>(before[away], here[away]),
                          plane.columns[away][j])),
     ...);
    ((value += cpu::only<T, bytes>(
          cpu::shift<T, bytes, away + 1>(here[pad + 1 + away], after[pad + 1 + away]),
          plane.columns[pad + 1 + away][j])),
     ...);
  }
};

}  // namespace convtune::depthwise
