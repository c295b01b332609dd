#pragma once

#include "../shared/finish.hpp"
#include "plane_kernel.hpp"

namespace convtune::depthwise {

/// Small square planes of one size, all unrolled. A vector holds one row of outputs, or two as they
/// lie, one behind the other, and so do at stride 1 the inputs as they are loaded. The sums of each
/// column of taps move by whole lanes to where they belong, without what came from another row.
template <class T, int bytes, PlaneShape shape>
struct SquareLoops {
  using Vector = typename cpu::Lanes<T, bytes>::Vector;
  static constexpr int lanes = cpu::Lanes<T, bytes>::count;
  static constexpr int taps = shape.taps, stride = shape.stride, pad = shape.pad();
  static constexpr int out = shape.side, in = out * stride;
  static constexpr int rows = rows_of_vector(shape, lanes);  ///< of outputs; of the last, maybe one
  static_assert(rows == 1 || rows == 2);

  /// Or products read them from memory, which they can.
  static constexpr bool holds_taps = taps == 3;

  using Taps = Vector[holds_taps ? taps * taps : 1];
  using Columns = Vector[taps];   ///< sums of each column of taps
  using Phases = Vector[stride];  ///< every input, or every second and the ones between

  CONVTUNE_INLINE static void run(const PlaneCall<T>& given) {
    const PlaneCall<T> call = given;  // of its own, so that no store can change it
    if (call.accumulate)
      for (std::int64_t plane = 0; plane < call.planes; ++plane)
        run_plane<Rest::kept>(call, plane, {.accumulate = true, .relu = call.relu});
    else if (call.relu)
      run_planes(call, {.relu = true});
    else
      run_planes(call, {});
  }

 private:
  static constexpr auto all = std::make_integer_sequence<int, lanes>();

  /// What becomes of the lanes behind the outputs of a vector, and of a plane: written over by the
  /// next vector, or plane, or kept from being written.
  enum class Rest { written, kept_of_plane, kept };

  CONVTUNE_INLINE static void run_planes(const PlaneCall<T>& call, const cpu::Finish<T>& how) {
    for (std::int64_t plane = 0; plane + 1 < call.planes; ++plane)
      run_plane<Rest::written>(call, plane, how);
    if (call.planes > 0) run_plane<Rest::kept_of_plane>(call, call.planes - 1, how);
  }

  template <Rest rest>
  CONVTUNE_INLINE static void run_plane(const PlaneCall<T>& call, std::int64_t plane,
                                        const cpu::Finish<T>& how) {
    const T* const read = call.read + plane * in * in;
    T* const written = call.written + plane * out * out;
    const T* const filter = call.taps + plane * taps * taps;
    Taps held;
    if constexpr (holds_taps)
#pragma GCC unroll 16
      for (int i = 0; i < taps * taps; ++i) held[i] = cpu::broadcast<T, bytes>(filter + i);
    const T bias = call.bias ? call.bias[plane] : T{0};
    Phases inputs;
#pragma GCC unroll 8
    for (int first = 0; first < out; first += rows) {
      Columns sums;
#pragma GCC unroll 8
      for (int i = 0; i < taps; ++i) sums[i] = Vector{};
#pragma GCC unroll 8
      for (int row = 0; row < taps; ++row) {
        const int low = first * stride + row - pad;
        if (low + (rows - 1) * stride < 0 || low >= in) continue;  // beside the plane
        set_inputs(read, low, inputs);
#pragma GCC unroll 8
        for (int i = 0; i < taps; ++i) {
          const int tap = row * taps + i;
          sums[i] += inputs[phase(i)] * (holds_taps ? held[tap] : filter[tap] - Vector{});
        }
      }
      const Vector value = bias + together(sums, std::make_integer_sequence<int, taps>());
      const int there = std::min(rows, out - first);
      const bool last = first + there == out;
      const bool exact = rest == Rest::kept || (rest == Rest::kept_of_plane && last);
      cpu::finish<T, bytes>(how, written + first * out, exact ? there * out : lanes, value);
    }
  }

  // The inputs of a column of taps are those of its phase of the stride, so many outputs further.
  static constexpr int phase(int column) { return (column + pad) % stride; }
  static constexpr int moved_by(int column) { return (column - pad - phase(column)) / stride; }

  /// For the outputs whose first row of inputs is `low`, and those of the row after them; zeros
  /// where that is beside the plane.
  CONVTUNE_INLINE static void set_inputs(const T* read, int low, Phases& inputs) {
    const int high = low + stride;
    const auto load = [&](int row, int further = 0) __attribute__((always_inline)) {
      return row < 0 || row >= in ? Vector{} : cpu::load<T, bytes>(read + row * in + further);
    };
    if constexpr (stride == 2) {
      const Vector first = load(low), second = rows == 1 ? load(low, lanes) : load(high);
      inputs[0] = every_second<0>(first, second, all);
      inputs[1] = every_second<1>(first, second, all);
    } else {
      if (rows == 1 || (low >= 0 && high < in))
        inputs[0] = load(low);
      else
        inputs[0] = low < 0 ? below_zeros(load(high), all) : above_zeros(load(low), all);
      cpu::hold(inputs[0]);  // most of these loads cross a line of the cache
    }
  }

  template <int... column>
  CONVTUNE_INLINE static Vector together(const Columns& sums,
                                         std::integer_sequence<int, column...>) {
    return (... + moved<moved_by(column)>(sums[column], all));
  }

  // Where a lane's output is; lanes behind all rows are like the last one.
  static constexpr int row(int lane) { return std::min(lane / out, rows - 1); }
  static constexpr int column(int lane) { return std::min(lane - row(lane) * out, out - 1); }

  template <int... lane>
  CONVTUNE_INLINE static Vector below_zeros(const Vector& rows,
                                            std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(rows, Vector{}, (row(lane) == 0 ? lanes : column(lane))...);
  }
  template <int... lane>
  CONVTUNE_INLINE static Vector above_zeros(const Vector& rows,
                                            std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(rows, Vector{}, (row(lane) == 0 ? lane : lanes)...);
  }
  /// Of two rows, or of the vectors that one row begins and ends with.
  template <int odd, int... lane>
  CONVTUNE_INLINE static Vector every_second(const Vector& first, const Vector& second,
                                             std::integer_sequence<int, lane...>) {
    return __builtin_shufflevector(first, second, (row(lane) * lanes + 2 * column(lane) + odd)...);
  }
  /// From so many outputs further on in the same row.
  template <int by, int... lane>
  CONVTUNE_INLINE static Vector moved(const Vector& sums, std::integer_sequence<int, lane...>) {
    if constexpr (by == 0) return sums;
    return __builtin_shufflevector(
        sums, Vector{}, (column(lane) + by < 0 || column(lane) + by >= out ? lanes : lane + by)...);
  }
};

}  // namespace convtune::depthwise
