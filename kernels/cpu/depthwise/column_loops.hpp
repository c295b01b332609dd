#pragma once

#include <algorithm>

#include "../shared/shifts.hpp"
#include "column_kernel.hpp"

namespace convtune::depthwise {

/// Each row of inputs is loaded once, and its neighbours are made by shifting lanes; what it adds
/// to the rows of outputs around it stays in registers until they are complete.
template <class T, int bytes, ColumnShape shape>
struct ColumnLoops {
  using Vector = typename cpu::Lanes<T, bytes>::Vector;
  using Mask = cpu::Mask<T, bytes>;
  static constexpr int lanes = cpu::Lanes<T, bytes>::count;
  static constexpr int height = shape.height, width = shape.width, stride = shape.stride;
  static constexpr int vectors = shape.vectors, centre = shape.centre();
  static_assert(stride == 1 || stride == 2);

  /// Rows of outputs that a step adds to, and rows of inputs that it takes.
  static constexpr int live = (height + stride - 1) / stride;
  static constexpr int step_rows = std::min(stride, height);

  /// A vector of each phase of the stride for each vector of outputs, and at either side as many as
  /// the filter reaches into.
  static constexpr int side = (centre + stride * lanes - 1) / (stride * lanes);
  static constexpr int parts = vectors + 2 * side;
  static constexpr int loads = parts * stride;

  using Taps = Vector[height * width];
  using Sums = Vector[live][vectors];

  CONVTUNE_INLINE static void run(const ColumnCall<T>& given) {
    ColumnCall<T> call = given;  // of its own, so that no store can change it
    const std::int64_t place = call.at * stride - call.pad + centre;
    const Around around(place, call.in);
    call.high = std::min(call.high, call.first + (call.rows - 1) * call.step + height);
    const std::int64_t enough = call.rows * call.out + vectors * lanes;  // whatever a row spills
    const Steps inner = whole_steps(call, enough), last = whole_steps(call, rest(call, 1));
    for (std::int64_t plane = 0; plane < call.planes; ++plane)
      run_plane(call,
                {.read = call.read + plane * call.in_plane + place,
                 .written = call.written + plane * call.out_plane + call.at,
                 .taps = call.taps + plane * height * width,
                 .bias = call.bias ? call.bias[plane] : T{0},
                 .rest = rest(call, call.planes - plane),
                 .whole = rest(call, call.planes - plane) < enough ? last : inner},
                around);
  }

 private:
  struct Steps {
    std::int64_t begin, end;
  };

  /// The vectors that a row is loaded in. One that has no inputs is read where another one is, so
  /// that nothing is read from the row before, which may have been written a moment ago.
  struct Around {
    CONVTUNE_INLINE Around(std::int64_t place, std::int64_t in) {
#pragma GCC unroll 16
      for (int i = 0; i < loads; ++i) {
        offset[i] = (i - side * stride) * lanes;
        if (!masked(i)) continue;
        mask[i] = cpu::within<T, bytes>(place + offset[i], in);
        if (place + offset[i] + lanes <= 0 || place + offset[i] >= in) offset[i] = 0;
      }
    }
    Mask mask[loads];
    std::int64_t offset[loads];
  };
  struct Plane {
    const T* read;
    T* written;
    const T* taps;
    T bias;
    std::int64_t rest;
    Steps whole;
  };

  /// Of the other vectors, all lanes are inputs: there is no more padding than usual.
  static constexpr bool masked(int load) {
    return load < side * stride || load >= (side + vectors - 1) * stride;
  }

  /// A step ends with its row of outputs; the steps ahead of row 0 only begin some.
  static constexpr std::int64_t row_of(const ColumnCall<T>& call, std::int64_t at) {
    return call.first + (at + live - 1) * call.step;
  }

  /// Elements from the first output of the column to the last one of so many planes.
  static constexpr std::int64_t rest(const ColumnCall<T>& call, std::int64_t planes) {
    return (planes - 1) * call.out_plane + call.rows * call.out - call.at;
  }

  /// What is written past the end of a row is written over by the next one, if there is one.
  static constexpr bool spills(const ColumnCall<T>& call, std::int64_t rest) {
    return rest < vectors * lanes || call.accumulate;
  }

  /// The steps whose rows are all there, and whose outputs are whole vectors.
  CONVTUNE_INLINE static Steps whole_steps(const ColumnCall<T>& call, std::int64_t rest) {
    std::int64_t begin = 0, end = call.rows;
    while (begin < end && row_of(call, begin) < 0) ++begin;
    while (begin < end && (row_of(call, end - 1) + step_rows > call.high ||
                           spills(call, rest - (end - 1) * call.out)))
      --end;
    return {begin, end};
  }

  CONVTUNE_INLINE static void run_plane(const ColumnCall<T>& call, const Plane& plane,
                                        const Around& around) {
    Taps taps;
#pragma GCC unroll 64
    for (int i = 0; i < height * width; ++i) taps[i] = cpu::broadcast<T, bytes>(plane.taps + i);
    Sums sums = {};
    for (std::int64_t at = 1 - live; at < call.rows; ++at) {
      if (at == plane.whole.begin)
        for (; at < plane.whole.end; ++at) {
#pragma GCC unroll 2
          for (int phase = 0; phase < step_rows; ++phase)
            add_row(plane.read + (row_of(call, at) + phase) * call.in, around, taps, phase, sums);
          finish(call, plane.written + at * call.out, plane.bias, sums[0]);
          next_row(sums);
        }
      if (at == call.rows) break;
#pragma GCC unroll 2
      for (int phase = 0; phase < step_rows; ++phase) {
        const std::int64_t row = row_of(call, at) + phase;
        if (row >= 0 && row < call.high)
          add_row(plane.read + row * call.in, around, taps, phase, sums);
      }
      if (at >= 0) {
        if (spills(call, plane.rest - at * call.out))
          finish_with_care(call, at, plane, sums[0]);
        else
          finish(call, plane.written + at * call.out, plane.bias, sums[0]);
      }
      next_row(sums);
    }
  }

  CONVTUNE_INLINE static void add_row(const T* from, const Around& around, const Taps& taps,
                                      int phase, Sums& sums) {
    Vector loaded[loads];
#pragma GCC unroll 16
    for (int i = 0; i < loads; ++i) {
      loaded[i] = cpu::load<T, bytes>(from + around.offset[i]);
      if (masked(i)) loaded[i] = cpu::only<T, bytes>(loaded[i], around.mask[i]);
    }
    Vector row[stride][parts];
#pragma GCC unroll 8
    for (int i = 0; i < parts; ++i) {
      if constexpr (stride == 1) {
        row[0][i] = loaded[i];
      } else {
        row[0][i] = cpu::every_second<T, bytes, 0>(loaded[2 * i], loaded[2 * i + 1]);
        row[1][i] = cpu::every_second<T, bytes, 1>(loaded[2 * i], loaded[2 * i + 1]);
      }
    }
    // All that is read of it is its last lane.
    if constexpr (stride == 2 && width == 3) row[1][0] = loaded[1];
    add_vectors(row, taps, phase, sums, std::make_integer_sequence<int, vectors>());
  }

  template <int... vector>
  CONVTUNE_INLINE static void add_vectors(const Vector (&row)[stride][parts], const Taps& taps,
                                          int phase, Sums& sums,
                                          std::integer_sequence<int, vector...>) {
    (add_vector<vector>(row, taps, phase, sums, std::make_integer_sequence<int, width>()), ...);
  }
  template <int vector, int... tap>
  CONVTUNE_INLINE static void add_vector(const Vector (&row)[stride][parts], const Taps& taps,
                                         int phase, Sums& sums,
                                         std::integer_sequence<int, tap...>) {
    const Vector inputs[width] = {under<vector, tap>(row)...};
#pragma GCC unroll 8
    for (int i = 0; i < live; ++i) {
      const int high = (live - 1 - i) * stride + phase;
      if (high >= height) continue;
      // Apart from the sum, so that only one addition waits for the row before.
      Vector products = inputs[0] * taps[high * width];
#pragma GCC unroll 8
      for (int j = 1; j < width; ++j) products += inputs[j] * taps[high * width + j];
      sums[i][vector] += products;
    }
  }

  /// The inputs that a tap multiplies for a vector of outputs.
  template <int vector, int tap>
  CONVTUNE_INLINE static Vector under(const Vector (&row)[stride][parts]) {
    constexpr int place = (vector + side) * lanes * stride + tap - centre;
    constexpr int phase = place % stride, part = place / stride / lanes;
    constexpr int by = place / stride % lanes;
    if constexpr (by == 0)
      return row[phase][part];
    else
      return cpu::shift<T, bytes, by>(row[phase][part], row[phase][part + 1]);
  }

  CONVTUNE_INLINE static void next_row(Sums& sums) {
#pragma GCC unroll 8
    for (int i = 0; i < live; ++i)
#pragma GCC unroll 8
      for (int j = 0; j < vectors; ++j) sums[i][j] = i + 1 < live ? sums[i + 1][j] : Vector{};
  }

  CONVTUNE_INLINE static void finish(const ColumnCall<T>& call, T* to, T bias,
                                     const Vector (&sums)[vectors]) {
#pragma GCC unroll 8
    for (int j = 0; j < vectors; ++j) {
      Vector value = sums[j] + bias;
      if (call.relu) value = cpu::relu<T, bytes>(value);
      cpu::store<T, bytes>(to + j * lanes, value);
    }
  }

  CONVTUNE_INLINE static void finish_with_care(const ColumnCall<T>& call, std::int64_t row,
                                               const Plane& plane, const Vector (&sums)[vectors]) {
    Vector held[vectors];
#pragma GCC unroll 8
    for (int j = 0; j < vectors; ++j) held[j] = sums[j] + plane.bias;
    T* const to = plane.written + row * call.out;
    const std::int64_t rest = plane.rest - row * call.out;
    for (int j = 0; j < vectors; ++j) {
      T* const part = to + j * lanes;
      const std::int64_t left = call.out - call.at - j * lanes;
      const auto count = static_cast<int>(std::min<std::int64_t>(lanes, left));
      Vector value = held[j];
      if (call.accumulate)
        value += count == lanes ? cpu::load<T, bytes>(part) : cpu::load_some<T, bytes>(part, count);
      if (call.relu) value = cpu::relu<T, bytes>(value);
      if (count == lanes || (!call.accumulate && rest - j * lanes >= lanes))
        cpu::store<T, bytes>(part, value);
      else
        cpu::store_some<T, bytes>(part, value, count);
    }
  }
};

}  // namespace convtune::depthwise
