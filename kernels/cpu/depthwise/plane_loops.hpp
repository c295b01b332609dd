#pragma once

#include <algorithm>
#include <limits>

#include "../shared/finish.hpp"
#include "../shared/picks.hpp"
#include "plane_kernel.hpp"

namespace convtune::depthwise {

/// A vector holds two rows of outputs, and the inputs of a tap for both. At stride 1 these are
/// rotations of two rows of inputs, whose zeros behind each row become the border; at stride 2
/// every second lane of two rows is picked, 16 bytes at a time, and the sums are put in order at
/// the end.
template <class T, int bytes, PlaneShape shape>
struct PlaneLoops {
  using Vector = typename cpu::Lanes<T, bytes>::Vector;
  using Half = typename cpu::Lanes<T, bytes / 2>::Vector;
  using Mask = cpu::Mask<T, bytes>;
  static constexpr int lanes = cpu::Lanes<T, bytes>::count, half = lanes / 2;
  static constexpr int taps = shape.taps, stride = shape.stride;

  /// A step ends with a vector of outputs, and adds to so many of them.
  static constexpr int step_rows = 2 * stride, live = (taps + step_rows - 1) / step_rows;
  static constexpr int pairs = std::min(step_rows, taps);

  using Taps = Vector[taps * taps];
  using Sums = Vector[live];

  CONVTUNE_INLINE static void run(const PlaneCall<T>& given) {
    const PlaneCall<T> call = given;  // of its own, so that no store can change it
    const Mask mask = stride == 1 ? two_rows(call.wide) : cpu::within<T, bytes>(0, call.wide);
    const std::int64_t whole = call.out_wide + half;
    const std::int64_t plain = call.relu || call.accumulate ? never : whole;
    const T* const end = call.written + call.planes * call.out_high * call.out_wide;
    for (std::int64_t plane = 0; plane < call.planes; ++plane)
      run_plane(call,
                {.read = call.read + plane * call.high * call.wide,
                 .written = call.written + plane * call.out_high * call.out_wide,
                 .taps = call.taps + plane * taps * taps,
                 .bias = call.bias ? call.bias[plane] : T{0},
                 .end = end,
                 .whole = whole,
                 .plain = plain},
                mask);
  }

 private:
  static constexpr T zeros[lanes] = {};
  static constexpr auto never = std::numeric_limits<std::int64_t>::max();

  CONVTUNE_INLINE static Mask two_rows(std::int64_t wide) {
    const Mask first = cpu::within<T, bytes>(0, wide), second = cpu::within<T, bytes>(-half, wide);
    return first | (second & ~cpu::within<T, bytes>(0, half));
  }

  struct Plane {
    const T* read;
    T* written;
    const T* taps;
    T bias;
    const T* end;        ///< of the last plane
    std::int64_t whole;  ///< elements of two rows of outputs and of what is written past them
    std::int64_t plain;  ///< so many ahead of the end, rows are stored whole and as they are
  };

  CONVTUNE_INLINE static void run_plane(const PlaneCall<T>& call, const Plane& plane,
                                        const Mask& mask) {
    Taps held;
#pragma GCC unroll 32
    for (int i = 0; i < taps * taps; ++i) held[i] = cpu::broadcast<T, bytes>(plane.taps + i);
    Sums sums = {};
    std::int64_t at = 2 - 2 * live;
    step<true, false>(call, plane, at, mask, held, sums);
    for (at += 2; at < call.out_high; at += 2) {
      if (at >= 0)
        for (; first_row(at) + pairs - 1 + stride < call.high; at += 2)
          step<false, false>(call, plane, at, mask, held, sums);
      if (at < call.out_high) step<false, true>(call, plane, at, mask, held, sums);
    }
  }

  static constexpr std::int64_t first_row(std::int64_t at) {
    return (at + 2 * live - 2) * stride - shape.pad();
  }

  /// Adds pairs of rows of inputs, of which some are not there at either end of the plane, and
  /// completes a pair of rows of outputs.
  template <bool begin, bool end>
  CONVTUNE_INLINE static void step(const PlaneCall<T>& call, const Plane& plane, std::int64_t at,
                                   const Mask& mask, const Taps& held, Sums& sums) {
    const std::int64_t first = first_row(at);
#pragma GCC unroll 8
    for (int i = 0; i < pairs; ++i) {
      const int above = begin ? shape.pad() - i : 0;  // so many rows that are not there
      if (above > stride) continue;
      const std::int64_t low = first + i, high = low + stride;
      if ((begin || end) && (above > 0 ? high : low) >= call.high) continue;
      const bool below = (begin || end) && high >= call.high;
      add_pair(above > 0 ? zeros : plane.read + low * call.wide,
               below ? zeros : plane.read + high * call.wide, mask, held, i, sums,
               std::make_integer_sequence<int, taps>());
    }
    if (at >= 0) finish(call, plane, at, in_order(sums[0]) + plane.bias);
#pragma GCC unroll 4
    for (int i = 0; i < live; ++i) sums[i] = i + 1 < live ? sums[i + 1] : Vector{};
  }

  template <int... tap>
  CONVTUNE_INLINE static void add_pair(const T* low, const T* high, const Mask& mask,
                                       const Taps& held, int pair, Sums& sums,
                                       std::integer_sequence<int, tap...>) {
    const Vector inputs[taps] = {under<tap>(low, high, mask)...};
#pragma GCC unroll 4
    for (int i = 0; i < live; ++i) {
      const int row = (live - 1 - i) * step_rows + pair;
      if (row >= taps) continue;
      Vector products = inputs[0] * held[row * taps];
#pragma GCC unroll 8
      for (int j = 1; j < taps; ++j) products += inputs[j] * held[row * taps + j];
      sums[i] += products;
    }
  }

  template <int tap>
  CONVTUNE_INLINE static Vector under(const T* low, const T* high, const Mask& mask) {
    constexpr int by = tap - shape.pad();
    if constexpr (stride == 1) {
      const Vector rows =
          cpu::only<T, bytes>(joined(cpu::load<T, bytes / 2>(low), cpu::load<T, bytes / 2>(high),
                                     std::make_integer_sequence<int, lanes>()),
                              mask);
      return cpu::shift<T, bytes, (by + lanes) % lanes>(rows, rows);
    } else {
      constexpr int phase = by & 1;
      const Vector picked =
          cpu::pick_second<T, bytes, phase>(cpu::only<T, bytes>(cpu::load<T, bytes>(low), mask),
                                            cpu::only<T, bytes>(cpu::load<T, bytes>(high), mask));
      return cpu::turn_picked<T, bytes, (by - phase) / 2>(picked);
    }
  }
  template <int... lane>
  CONVTUNE_INLINE static Vector joined(const Half& low, const Half& high,
                                       std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(low, high, lane...);
  }
  CONVTUNE_INLINE static Vector in_order(const Vector& sums) {
    return stride == 1 ? sums : cpu::in_order<T, bytes>(sums);
  }

  /// What is written past the end of a row is written over by the next one, but for the last two.
  CONVTUNE_INLINE static void finish(const PlaneCall<T>& call, const Plane& plane, std::int64_t row,
                                     const Vector& sums) {
    constexpr auto all = std::make_integer_sequence<int, half>();
    Vector value = sums;
    T* const to = plane.written + row * call.out_wide;
    if (plane.end - to < plane.plain) [[unlikely]] {
      if (call.relu && !call.accumulate) value = cpu::relu<T, bytes>(value);
      if (plane.end - to < plane.whole || call.accumulate) {
        finish_row(call, to, part<0>(value, all));
        if (row + 1 < call.out_high) finish_row(call, to + call.out_wide, part<half>(value, all));
        return;
      }
    }
    cpu::store<T, bytes / 2>(to, part<0>(value, all));
    cpu::store<T, bytes / 2>(to + call.out_wide, part<half>(value, all));
  }
  template <int first, int... lane>
  CONVTUNE_INLINE static Half part(const Vector& vector, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(vector, vector, (first + lane)...);
  }

  CONVTUNE_INLINE static void finish_row(const PlaneCall<T>& call, T* to, const Half& sums) {
    cpu::finish<T, bytes / 2>({.accumulate = call.accumulate, .relu = call.relu}, to,
                              static_cast<int>(call.out_wide), sums);
  }
};

}  // namespace convtune::depthwise
