#pragma once

#include <type_traits>

#include "../shared/lanes.hpp"
#include "../shared/strip.hpp"
#include "axis.hpp"
#include "transforms.hpp"

namespace convtune::winograd {

using cpu::Lanes;

template <int count, class Body>
CONVTUNE_INLINE void each(Body body) {
  [&]<int... i>(std::integer_sequence<int, i...>) __attribute__((always_inline)) {
    (body(std::integral_constant<int, i>()), ...);
  }(std::make_integer_sequence<int, count>());
}

/// The transforms along one axis, on vectors. Points come in pairs of opposite signs, whose rows
/// share their even and their odd terms; one between them and infinity may have none.
template <const auto& axis, class T, int bytes>
struct PointLoops {
  using Vector = typename Lanes<T, bytes>::Vector;
  static constexpr int outputs = axis.outputs, taps = axis.taps, points = axis.points;
  static constexpr int pairs = (points - 2) / 2, lone = 2 * pairs + 1;
  static constexpr bool has_lone = lone < points - 1;

  template <class Factor>
  CONVTUNE_INLINE static void add(Vector& sum, const Vector& x, Factor) {
    constexpr double factor = Factor::value;
    if constexpr (factor == 1)
      sum += x;
    else if constexpr (factor == -1)
      sum -= x;
    else if constexpr (factor != 0)
      sum += x * static_cast<T>(factor);
  }

  /// B^T of the points at in[0], in[step], ...
  CONVTUNE_INLINE static void input(const Vector* in, Vector* out) {
    row<0>(in, out[0]);
    each<pairs>([&](auto pair) __attribute__((always_inline)) {
      constexpr int j = 2 * pair + 1;
      if constexpr (has_lone) {  // whose root spoils what their rows share
        row<j>(in, out[j]);
        row<j + 1>(in, out[j + 1]);
      } else {
        Vector even{}, odd{};
        each<points>([&](auto l) __attribute__((always_inline)) {
          constexpr int at = l;
          if constexpr (axis.input[j][at] != 0)
            add(at % 2 == 0 ? even : odd, in[at], Constant<j, at>());
        });
        out[j] = even + odd;
        out[j + 1] = even - odd;
      }
    });
    if constexpr (has_lone) row<lone>(in, out[lone]);
    row<points - 1>(in, out[points - 1]);
  }

  /// A^T.
  CONVTUNE_INLINE static void inverse(const Vector* in, Vector* out) {
    Vector sum[pairs + 1], difference[pairs + 1];
    each<pairs>([&](auto pair) __attribute__((always_inline)) {
      sum[pair] = in[2 * pair + 1] + in[2 * pair + 2];
      difference[pair] = in[2 * pair + 1] - in[2 * pair + 2];
    });
    each<outputs>([&](auto i) __attribute__((always_inline)) {
      constexpr int at = i;
      Vector result{};
      if constexpr (at == 0) result = in[0];
      each<pairs>([&](auto pair) __attribute__((always_inline)) {
        add(result, at % 2 == 0 ? sum[pair] : difference[pair], Power<at, 2 * pair + 1>());
      });
      if constexpr (has_lone) add(result, in[lone], Power<at, lone>());
      if constexpr (at == outputs - 1) result += in[points - 1];
      out[at] = result;
    });
  }

  /// G.
  CONVTUNE_INLINE static void filter(const Vector* in, Vector* out) {
    for (int j = 0; j < points; ++j) {
      Vector sum{};
      for (int k = 0; k < taps; ++k) sum += in[k] * static_cast<T>(axis.filter[j][k]);
      out[j] = sum;
    }
  }

 private:
  template <int j, int l>
  struct Constant {
    static constexpr double value = axis.input[j][l];
  };
  template <int i, int j>
  struct Power {
    static constexpr double value = axis.inverse[i][j];
  };
  template <int j>
  CONVTUNE_INLINE static void row(const Vector* in, Vector& out) {
    Vector sum{};
    each<points>([&](auto l) __attribute__((always_inline)) {
      constexpr int at = l;
      if constexpr (axis.input[j][at] != 0) add(sum, in[at], Constant<j, at>());
    });
    out = sum;
  }
};

/// The same of an axis of one tap, where there is nothing to transform.
template <const auto& axis, class T, int bytes>
struct DirectLoops {
  using Vector = typename Lanes<T, bytes>::Vector;
  static constexpr int outputs = axis.outputs, taps = 1, points = axis.points;

  CONVTUNE_INLINE static void input(const Vector* in, Vector* out) {
    each<points>([&](auto i) __attribute__((always_inline)) { out[i] = in[i]; });
  }
  CONVTUNE_INLINE static void inverse(const Vector* in, Vector* out) { input(in, out); }
  CONVTUNE_INLINE static void filter(const Vector* in, Vector* out) {
    each<points>([&](auto i) __attribute__((always_inline)) { out[i] = in[0]; });
  }
};

template <const auto& axis, class T, int bytes>
struct SplitLoops;

/// Those of whatever kind an axis is.
template <const auto& axis, class T, int bytes>
using AxisLoops = std::conditional_t<
    axis.stride == 2, SplitLoops<axis, T, bytes>,
    std::conditional_t<axis.taps == 1, DirectLoops<axis, T, bytes>, PointLoops<axis, T, bytes>>>;

/// Of stride 2: each half of the pixels by itself.
template <const auto& axis, class T, int bytes>
struct SplitLoops {
  using Vector = typename Lanes<T, bytes>::Vector;
  using Even = AxisLoops<axis.even, T, bytes>;
  using Odd = AxisLoops<axis.odd, T, bytes>;
  static constexpr int outputs = axis.outputs, taps = axis.taps, points = axis.points;

  CONVTUNE_INLINE static void input(const Vector* in, Vector* out) {
    Vector even[Even::points], odd[Odd::points];
    each<Even::points>([&](auto i) __attribute__((always_inline)) { even[i] = in[2 * i]; });
    each<Odd::points>([&](auto i) __attribute__((always_inline)) { odd[i] = in[2 * i + 1]; });
    Even::input(even, out);
    Odd::input(odd, out + Even::points);
  }

  CONVTUNE_INLINE static void inverse(const Vector* in, Vector* out) {
    Vector odd[outputs];
    Even::inverse(in, out);
    Odd::inverse(in + Even::points, odd);
    each<outputs>([&](auto i) __attribute__((always_inline)) { out[i] += odd[i]; });
  }

  CONVTUNE_INLINE static void filter(const Vector* in, Vector* out) {
    Vector even[Even::taps], odd[Odd::taps];
    each<Even::taps>([&](auto i) __attribute__((always_inline)) { even[i] = in[2 * i]; });
    each<Odd::taps>([&](auto i) __attribute__((always_inline)) { odd[i] = in[2 * i + 1]; });
    Even::filter(even, out);
    Odd::filter(odd, out + Even::points);
  }
};

/// The three transforms of tiles whose axes are these.
template <const auto& deep, const auto& high, const auto& wide, class T, int bytes>
struct TileLoops {
  using Vector = typename Lanes<T, bytes>::Vector;
  using Deep = AxisLoops<deep, T, bytes>;
  using High = AxisLoops<high, T, bytes>;
  using Wide = AxisLoops<wide, T, bytes>;
  static constexpr int lanes = Lanes<T, bytes>::count;
  static constexpr int rows = Deep::points * High::points;
  static constexpr int step = wide.outputs * wide.stride;  ///< pixels from one tile to the next

  CONVTUNE_INLINE static T* pixel(T* strip, std::int64_t i) { return strip + i * lanes; }

  CONVTUNE_INLINE static void input(const InputCall<T>& call) {
    const std::int64_t count = (call.tiles - 1) * step + Wide::points;
    const std::int64_t row_elements = (count + lanes) * lanes;
    const auto place = [&](int d, int h) __attribute__((always_inline)) {
      const int turned = call.first_place + h;
      return call.strip +
             (d * High::points + (turned < High::points ? turned : turned - High::points)) *
                 row_elements;
    };
    for (int d = 0; d < Deep::points; ++d)
      for (int h = call.kept_rows; h < High::points; ++h) {
        if (call.walks[0].holds(d) && call.walks[1].holds(h))
          cpu::load_row<T, bytes>({.row = call.source + call.walks[0].at(d) * call.row_steps[0] +
                                          call.walks[1].at(h) * call.row_steps[1],
                                   .end = call.end,
                                   .channel_step = call.channel_step,
                                   .channels = call.channels,
                                   .walk = call.walks[2]},
                                  place(d, h), count);
        else
          cpu::zero_pixels<T, bytes>(place(d, h), 0, count);
      }
    const T* from[rows];
    for (int d = 0; d < Deep::points; ++d)
      for (int h = 0; h < High::points; ++h) from[d * High::points + h] = place(d, h);
    T* const columns = call.strip + rows * row_elements;
    if constexpr (rows > 1) {
      for (std::int64_t i = 0; i < count; ++i) transform_column(from, i, columns, row_elements);
      for (int r = 0; r < rows; ++r) from[r] = columns + r * row_elements;
    }
    std::int64_t within = call.first_tile % call.group_tiles;
    T* group = call.points + call.first_tile / call.group_tiles * call.group_step;
    for (std::int64_t t = 0; t < call.tiles; ++t) {
      T* to = group + within * lanes;
      for (int r = 0; r < rows; ++r) {
        const T* const row = from[r] + t * step * lanes;
        Vector read[Wide::points], made[Wide::points];
#pragma GCC unroll 16
        for (int j = 0; j < Wide::points; ++j) read[j] = cpu::load<T, bytes>(row + j * lanes);
        Wide::input(read, made);
#pragma GCC unroll 16
        for (int j = 0; j < Wide::points; ++j, to += call.point_step)
          cpu::store<T, bytes>(to, made[j]);
      }
      if (++within == call.group_tiles) {
        within = 0;
        group += call.group_step;
      }
    }
  }

  /// Along depth and height, of all rows at pixel `i`.
  CONVTUNE_INLINE static void transform_column(const T* const (&from)[rows], std::int64_t i,
                                               T* columns, std::int64_t step) {
    Vector made[Deep::points][High::points];
#pragma GCC unroll 4
    for (int d = 0; d < Deep::points; ++d) {
      Vector read[High::points];
#pragma GCC unroll 16
      for (int h = 0; h < High::points; ++h)
        read[h] = cpu::load<T, bytes>(from[d * High::points + h] + i * lanes);
      High::input(read, made[d]);
    }
#pragma GCC unroll 16
    for (int h = 0; h < High::points; ++h) {
      Vector read[Deep::points], all[Deep::points];
#pragma GCC unroll 4
      for (int d = 0; d < Deep::points; ++d) read[d] = made[d][h];
      Deep::input(read, all);
#pragma GCC unroll 4
      for (int d = 0; d < Deep::points; ++d)
        cpu::store<T, bytes>(pixel(columns + (d * High::points + h) * step, i), all[d]);
    }
  }

  CONVTUNE_INLINE static void output(const OutputCall<T>& call) {
    const std::int64_t row_elements = (call.tiles * Wide::outputs + lanes) * lanes;
    for (std::int64_t t = 0; t < call.tiles; ++t) {
      const T* from = call.sums + t * call.tile_step;
      Vector made[rows][Wide::outputs];
#pragma GCC unroll 16
      for (int r = 0; r < rows; ++r) {
        Vector read[Wide::points];
#pragma GCC unroll 16
        for (int j = 0; j < Wide::points; ++j, from += call.point_step)
          read[j] = cpu::load<T, bytes>(from);
        Wide::inverse(read, made[r]);
      }
#pragma GCC unroll 16
      for (int w = 0; w < Wide::outputs; ++w)
        finish_column(made, w, pixel(call.rows, t * Wide::outputs + w), row_elements);
    }
    for (int d = 0; d < Deep::outputs; ++d)
      for (int h = 0; h < High::outputs; ++h)
        if (call.walks[0].holds(d) && call.walks[1].holds(h))
          cpu::store_row<T, bytes>(
              {.row = call.destination + call.walks[0].at(d) * call.row_steps[0] +
                      call.walks[1].at(h) * call.row_steps[1],
               .channel_step = call.channel_step,
               .channels = call.channels,
               .walk = call.walks[2],
               .bias = call.bias,
               .accumulate = call.accumulate,
               .relu = call.relu},
              call.rows + (d * High::outputs + h) * row_elements, call.tiles * Wide::outputs);
  }

  CONVTUNE_INLINE static void finish_column(const Vector (&made)[rows][Wide::outputs], int w,
                                            T* column, std::int64_t step) {
    Vector high_made[Deep::points][High::outputs];
#pragma GCC unroll 4
    for (int d = 0; d < Deep::points; ++d) {
      Vector read[High::points];
#pragma GCC unroll 16
      for (int h = 0; h < High::points; ++h) read[h] = made[d * High::points + h][w];
      High::inverse(read, high_made[d]);
    }
#pragma GCC unroll 16
    for (int h = 0; h < High::outputs; ++h) {
      Vector read[Deep::points], all[Deep::outputs];
#pragma GCC unroll 4
      for (int d = 0; d < Deep::points; ++d) read[d] = high_made[d][h];
      Deep::inverse(read, all);
#pragma GCC unroll 2
      for (int d = 0; d < Deep::outputs; ++d)
        cpu::store<T, bytes>(column + (d * High::outputs + h) * step, all[d]);
    }
  }

  CONVTUNE_INLINE static void filter(const FilterCall<T>& call) {
    constexpr int taps = Deep::taps * High::taps * Wide::taps;
    Vector made[Deep::points][High::points][Wide::points];
    {
      alignas(bytes) T read[taps][lanes] = {};
      for (int o = 0; o < call.outputs; ++o)
        for (int t = 0; t < taps; ++t)
          read[call.flip ? taps - 1 - t : t][o] = call.filter[o * call.output_step + t];
      for (int d = 0; d < Deep::taps; ++d)
        for (int h = 0; h < High::taps; ++h) {
          Vector row[Wide::taps];
          for (int w = 0; w < Wide::taps; ++w)
            row[w] = cpu::load<T, bytes>(read[(d * High::taps + h) * Wide::taps + w]);
          Wide::filter(row, made[d][h]);
        }
    }
    for (int w = 0; w < Wide::points; ++w) {
      for (int d = 0; d < Deep::taps; ++d) {
        Vector column[High::taps], all[High::points];
        for (int h = 0; h < High::taps; ++h) column[h] = made[d][h][w];
        High::filter(column, all);
        for (int h = 0; h < High::points; ++h) made[d][h][w] = all[h];
      }
      for (int h = 0; h < High::points; ++h) {
        Vector column[Deep::taps], all[Deep::points];
        for (int d = 0; d < Deep::taps; ++d) column[d] = made[d][h][w];
        Deep::filter(column, all);
        for (int d = 0; d < Deep::points; ++d) made[d][h][w] = all[d];
      }
    }
    T* to = call.points;
    for (int d = 0; d < Deep::points; ++d)
      for (int h = 0; h < High::points; ++h)
        for (int w = 0; w < Wide::points; ++w, to += call.point_step)
          cpu::store<T, bytes>(to, made[d][h][w]);
  }
};

}  // namespace convtune::winograd
