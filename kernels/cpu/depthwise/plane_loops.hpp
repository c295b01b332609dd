#pragma once

#include <algorithm>

#include "../shared/shifts.hpp"
#include "plane_kernel.hpp"

namespace convtune::depthwise {

/// Each row of inputs is loaded once. Its neighbours are rotations of it, whose zeros behind the
/// row become the border; what it adds to the rows of outputs around it is kept in registers.
template <class T, int bytes, PlaneShape shape>
struct PlaneLoops {
  using Vector = typename cpu::Lanes<T, bytes>::Vector;
  using Mask = cpu::Mask<T, bytes>;
  static constexpr int lanes = cpu::Lanes<T, bytes>::count;
  static constexpr int rows = shape.rows, taps = shape.taps, reach = shape.taps / 2;
  static constexpr int part_bytes = bytes / rows, part_lanes = lanes / rows;

  /// Vectors of outputs that a vector of inputs reaches, before and behind the one at its place.
  static constexpr int before = (reach + rows - 1) / rows, behind = reach / rows;
  static constexpr int live = before + 1 + behind;

  /// Where there are registers for them, they are loaded once for a plane.
  static constexpr bool in_registers = taps * taps + live + 6 <= cpu::Lanes<T, bytes>::registers;
  using Taps = std::conditional_t<in_registers, Vector, T>[taps * taps];

  CONVTUNE_INLINE static void run(const PlaneCall<T>& call) {
    const std::int64_t vectors = (call.high + rows - 1) / rows, elements = call.high * call.wide;
    const Masks masks{.whole = mask(call.wide, rows),
                      .last = mask(call.wide, call.high - (vectors - 1) * rows)};
    for (std::int64_t plane = 0; plane < call.planes; ++plane) {
      const T* const from = call.taps + plane * taps * taps;
      Taps held;
      if constexpr (in_registers)
#pragma GCC unroll 16
        for (int i = 0; i < taps * taps; ++i) held[i] = Vector{} + from[i];
      else
        std::copy_n(from, taps * taps, held);
      const Vector start = Vector{} + (call.bias ? call.bias[plane] : T{0});
      run_plane(call, {call.read + plane * elements, call.written + plane * elements}, vectors,
                masks, held, start);
    }
  }

 private:
  struct Masks {
    Mask whole, last;
  };
  struct Place {
    const T* read;
    T* written;
  };

  CONVTUNE_INLINE static void run_plane(const PlaneCall<T>& call, const Place& place,
                                        std::int64_t vectors, const Masks& masks, const Taps& held,
                                        const Vector& start) {
    Vector sums[live], above{};
    std::fill_n(sums, live, start);
    for (std::int64_t at = 0; at < vectors + before; ++at) {
      if (at < vectors) {
        const Vector inputs =
            cpu::only<T, bytes>(load(place.read + at * rows * call.wide, call.wide),
                                at + 1 < vectors ? masks.whole : masks.last);
        if constexpr (rows == 2)
          add<-1>(held, cpu::shift<T, bytes, part_lanes>(above, inputs), sums);
        add<0>(held, inputs, sums);
        above = inputs;
      } else if constexpr (rows == 2) {
        add<-1>(held, cpu::shift<T, bytes, part_lanes>(above, Vector{}), sums);
        above = Vector{};
      }
      if (at >= before) finish(call, place, at - before, sums[0]);
#pragma GCC unroll 8
      for (int i = 0; i + 1 < live; ++i) sums[i] = sums[i + 1];
      sums[live - 1] = start;
    }
  }

  // The lanes of so many rows.
  CONVTUNE_INLINE static Mask mask(std::int64_t wide, std::int64_t count) {
    Mask all = cpu::within<T, bytes>(0, count > 0 ? wide : 0);
    if constexpr (rows == 2) {
      const Mask second = cpu::within<T, bytes>(-part_lanes, count > 1 ? wide : 0);
      all |= second & ~cpu::within<T, bytes>(0, part_lanes);
    }
    return all;
  }

  CONVTUNE_INLINE static Vector load(const T* from, std::int64_t wide) {
    if constexpr (rows == 1)
      return cpu::load<T, bytes>(from);
    else
      return joined(cpu::load<T, part_bytes>(from), cpu::load<T, part_bytes>(from + wide),
                    std::make_integer_sequence<int, lanes>());
  }
  template <class Part, int... lane>
  CONVTUNE_INLINE static Vector joined(const Part& low, const Part& high,
                                       std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(low, high, lane...);
  }

  /// Adds what inputs that begin `offset` rows after those of the vector at this place contribute.
  template <int offset>
  CONVTUNE_INLINE static void add(const Taps& held, const Vector& inputs, Vector (&sums)[live]) {
    add_columns<offset>(held, inputs, sums, std::make_integer_sequence<int, taps>());
  }
  template <int offset, int... tap>
  CONVTUNE_INLINE static void add_columns(const Taps& held, const Vector& inputs,
                                          Vector (&sums)[live],
                                          std::integer_sequence<int, tap...>) {
    (add_column<offset, tap>(held, inputs, sums), ...);
  }
  template <int offset, int tap>
  CONVTUNE_INLINE static void add_column(const Taps& held, const Vector& inputs,
                                         Vector (&sums)[live]) {
    constexpr int by = (tap - reach + lanes) % lanes;
    const Vector turned = cpu::shift<T, bytes, by>(inputs, inputs);
#pragma GCC unroll 8
    for (int high = 0; high < taps; ++high)
      if ((offset + reach - high) % rows == 0)
        sums[before + (offset + reach - high) / rows] += turned * held[high * taps + tap];
  }

  CONVTUNE_INLINE static void finish(const PlaneCall<T>& call, const Place& place, std::int64_t at,
                                     const Vector& sums) {
    if constexpr (rows == 1) {
      finish_row<bytes>(call, place, at, sums);
    } else {
      constexpr auto all = std::make_integer_sequence<int, part_lanes>();
      finish_row<part_bytes>(call, place, at * 2, part<0>(sums, all));
      if (at * 2 + 1 < call.high)
        finish_row<part_bytes>(call, place, at * 2 + 1, part<part_lanes>(sums, all));
    }
  }
  template <int first, int... lane>
  CONVTUNE_INLINE static typename cpu::Lanes<T, part_bytes>::Vector part(
      const Vector& vector, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(vector, vector, (first + lane)...);
  }

  // What is written past the end of a row is written over by the next one.
  template <int width>
  CONVTUNE_INLINE static void finish_row(const PlaneCall<T>& call, const Place& place,
                                         std::int64_t row,
                                         typename cpu::Lanes<T, width>::Vector value) {
    T* const to = place.written + row * call.wide;
    const auto count = static_cast<int>(call.wide);
    if (call.accumulate) value += cpu::load_some<T, width>(to, count);
    if (call.relu) value = cpu::relu<T, width>(value);
    const std::int64_t left = (call.high - row) * call.wide;
    if (!call.accumulate && left >= cpu::Lanes<T, width>::count)
      cpu::store<T, width>(to, value);
    else
      cpu::store_some<T, width>(to, value, count);
  }
};

}  // namespace convtune::depthwise
