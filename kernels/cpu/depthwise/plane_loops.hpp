#pragma once

#include <algorithm>

#include "../shared/shifts.hpp"
#include "plane_kernel.hpp"

namespace convtune::depthwise {

/// A vector holds two rows of outputs. The inputs of a tap are picked from two rows of inputs,
/// whose zeros behind the row become the border at either side.
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
    const Mask mask = cpu::within<T, bytes>(0, call.wide);
    for (std::int64_t plane = 0; plane < call.planes; ++plane) run_plane(call, plane, mask);
  }

 private:
  static constexpr T zeros[lanes] = {};

  CONVTUNE_INLINE static void run_plane(const PlaneCall<T>& call, std::int64_t plane,
                                        const Mask& mask) {
    const T* const read = call.read + plane * call.high * call.wide;
    Taps held;
#pragma GCC unroll 32
    for (int i = 0; i < taps * taps; ++i) held[i] = Vector{} + call.taps[plane * taps * taps + i];
    const T bias = call.bias ? call.bias[plane] : T{0};
    Sums sums = {};
    for (std::int64_t at = 2 - 2 * live; at < call.out_high; at += 2) {
      const std::int64_t first = (at + 2 * live - 2) * stride - shape.pad();
#pragma GCC unroll 8
      for (int i = 0; i < pairs; ++i) {
        const Vector low = row(call, read, first + i, mask);
        const Vector high = row(call, read, first + i + stride, mask);
        add_pair(low, high, held, i, sums, std::make_integer_sequence<int, taps>());
      }
      if (at >= 0) finish(call, plane, at, sums[0] + bias);
#pragma GCC unroll 4
      for (int i = 0; i < live; ++i) sums[i] = i + 1 < live ? sums[i + 1] : Vector{};
    }
  }

  CONVTUNE_INLINE static Vector row(const PlaneCall<T>& call, const T* read, std::int64_t at,
                                    const Mask& mask) {
    const T* const from = at >= 0 && at < call.high ? read + at * call.wide : zeros;
    return cpu::only<T, bytes>(cpu::load<T, bytes>(from), mask);
  }

  template <int... tap>
  CONVTUNE_INLINE static void add_pair(const Vector& low, const Vector& high, const Taps& held,
                                       int pair, Sums& sums, std::integer_sequence<int, tap...>) {
    const Vector inputs[taps] = {
        under<tap>(low, high, std::make_integer_sequence<int, lanes>())...};
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

  /// Ahead of a row are the zeros of the lanes behind it.
  static constexpr int place(int tap, int lane) {
    const int column = lane % half * stride + tap - shape.pad();
    return lane / half * lanes + (column < 0 || column >= lanes ? lanes - 1 : column);
  }
  template <int tap, int... lane>
  CONVTUNE_INLINE static Vector under(const Vector& low, const Vector& high,
                                      std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(low, high, place(tap, lane)...);
  }

  CONVTUNE_INLINE static void finish(const PlaneCall<T>& call, std::int64_t plane, std::int64_t row,
                                     const Vector& sums) {
    constexpr auto all = std::make_integer_sequence<int, half>();
    T* const to = call.written + (plane * call.out_high + row) * call.out_wide;
    const std::int64_t rest = ((call.planes - plane) * call.out_high - row) * call.out_wide;
    const Vector value = call.relu && !call.accumulate ? cpu::relu<T, bytes>(sums) : sums;
    if (rest >= call.out_wide + half && !call.accumulate) {
      // What is written past the end of a row is written over by the next one.
      cpu::store<T, bytes / 2>(to, part<0>(value, all));
      cpu::store<T, bytes / 2>(to + call.out_wide, part<half>(value, all));
      return;
    }
    finish_row(call, to, part<0>(value, all));
    if (row + 1 < call.out_high) finish_row(call, to + call.out_wide, part<half>(value, all));
  }
  template <int first, int... lane>
  CONVTUNE_INLINE static Half part(const Vector& vector, std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(vector, vector, (first + lane)...);
  }

  CONVTUNE_INLINE static void finish_row(const PlaneCall<T>& call, T* to, Half value) {
    const auto count = static_cast<int>(call.out_wide);
    if (call.accumulate) {
      value +=
          count == half ? cpu::load<T, bytes / 2>(to) : cpu::load_some<T, bytes / 2>(to, count);
      if (call.relu) value = cpu::relu<T, bytes / 2>(value);
    }
    if (count == half)
      cpu::store<T, bytes / 2>(to, value);
    else
      cpu::store_some<T, bytes / 2>(to, value, count);
  }
};

}  // namespace convtune::depthwise
