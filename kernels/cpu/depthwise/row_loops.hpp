#pragma once

#include <algorithm>

#include "../shared/shifts.hpp"
#include "row_kernel.hpp"

namespace convtune::depthwise {

/// Sums of a few rows of outputs at a time: each vector of inputs is loaded once for all rows that
/// need it, and its neighbours are made by shifting lanes.
template <class T, int bytes, RowShape shape>
struct RowLoops {
  using Vector = typename cpu::Lanes<T, bytes>::Vector;
  static constexpr int lanes = cpu::Lanes<T, bytes>::count;
  static constexpr int stride = shape.stride;
  static constexpr int read_rows = shape.read_rows();
  static_assert(stride == 1 || stride == 2);

  /// Vectors of inputs under one vector of outputs, and of those of each phase of the stride.
  static constexpr int loaded = ((lanes - 1) * stride + shape.width + lanes - 1) / lanes;
  static constexpr int split = 1 + ((shape.width - 1) / stride + lanes - 1) / lanes;

  CONVTUNE_INLINE static void run(const RowCall<T>& call) {
    if (call.out < lanes && lanes * stride - call.pad >= call.in) {
      block<true, true>(call, 0, static_cast<int>(call.out));
      return;
    }
    for (std::int64_t next = 0; next < call.out; next += lanes) {
      // The last vector again computes some of what the one before it wrote, or writes only a part.
      const bool again = next + lanes > call.out && call.out >= lanes && !call.accumulate;
      const std::int64_t x = again ? call.out - lanes : next;
      const auto count = static_cast<int>(std::min<std::int64_t>(lanes, call.out - x));
      const std::int64_t first = x * stride - call.pad;
      if (first >= 0 && first + loaded * lanes <= call.in)
        block<false, false>(call, x, count);
      else
        block<true, false>(call, x, count);
    }
  }

 private:
  template <int tap>
  CONVTUNE_INLINE static Vector under(const Vector (&parts)[stride][split]) {
    constexpr int by = tap / stride;
    constexpr int part = by / lanes;
    if constexpr (by % lanes == 0)
      return parts[tap % stride][part];
    else
      return cpu::shift<T, bytes, by % lanes>(parts[tap % stride][part],
                                              parts[tap % stride][part + 1]);
  }

  /// One vector of outputs of each row. At an `edge` some inputs are outside of their row; `alone`
  /// if the first vectors have all of it.
  template <bool edge, bool alone>
  CONVTUNE_INLINE static void block(const RowCall<T>& call, std::int64_t x, int count) {
    constexpr int wanted = alone ? std::min(stride, loaded) : loaded;
    const std::int64_t first = x * stride - call.pad;
    cpu::Mask<T, bytes> within[wanted];
    if constexpr (edge)
      for (int i = 0; i < wanted; ++i)
        within[i] = cpu::within<T, bytes>(first + i * lanes, call.in);
    Vector sums[shape.rows] = {};
#pragma GCC unroll 32
    for (int row = 0; row < read_rows; ++row) {
      Vector vectors[stride * split] = {};
#pragma GCC unroll 8
      for (int i = 0; i < wanted; ++i) {
        vectors[i] = cpu::load<T, bytes>(call.read[row] + first + i * lanes);
        if constexpr (edge) vectors[i] = cpu::only<T, bytes>(vectors[i], within[i]);
      }
      Vector parts[stride][split];
#pragma GCC unroll 8
      for (int i = 0; i < split; ++i) {
        if constexpr (stride == 1) {
          parts[0][i] = vectors[i];
        } else if (i > 0 && shape.width == 3) {
          parts[0][i] = vectors[2 * i];  // of which the first lane is all that is needed
        } else {
          parts[0][i] = cpu::every_second<T, bytes, 0>(vectors[2 * i], vectors[2 * i + 1]);
          parts[1][i] = cpu::every_second<T, bytes, 1>(vectors[2 * i], vectors[2 * i + 1]);
        }
      }
      add_row(call, row, parts, sums, std::make_integer_sequence<int, shape.width>());
    }
#pragma GCC unroll 16
    for (int row = 0; row < shape.rows; ++row) finish(call, row, x, count, sums[row]);
  }

  template <int... tap>
  CONVTUNE_INLINE static void add_row(const RowCall<T>& call, int row,
                                      const Vector (&parts)[stride][split],
                                      Vector (&sums)[shape.rows],
                                      std::integer_sequence<int, tap...>) {
    (add_tap<tap>(call, row, under<tap>(parts), sums), ...);
  }

  template <int tap>
  CONVTUNE_INLINE static void add_tap(const RowCall<T>& call, int row, const Vector& inputs,
                                      Vector (&sums)[shape.rows]) {
#pragma GCC unroll 16
    for (int to = 0; to < shape.rows; ++to) {
      const int high = row - to * stride;
      if (high >= 0 && high < shape.height)
        sums[to] += inputs * call.taps[high * shape.width + tap];
    }
  }

  CONVTUNE_INLINE static void finish(const RowCall<T>& call, int row, std::int64_t x, int count,
                                     Vector value) {
    T* const to = call.written[row] + x;
    value += call.bias;
    if (call.accumulate)
      value += count == lanes ? cpu::load<T, bytes>(to) : cpu::load_some<T, bytes>(to, count);
    if (call.relu) value = cpu::relu<T, bytes>(value);
    if (count == lanes || row < call.spilling)
      cpu::store<T, bytes>(to, value);
    else
      cpu::store_some<T, bytes>(to, value, count);
  }
};

}  // namespace convtune::depthwise
