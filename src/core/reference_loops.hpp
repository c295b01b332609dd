#pragma once

#include <cstdint>
#include <span>

namespace convtune {

/// Numbers at an even distance; distance 0 repeats one number.
template <typename Number>
struct Strided {
  Number* first;
  std::int64_t distance;
};

/// How often products of rows are added up, and how far apart their rows begin.
struct Repeats {
  std::int64_t count, a_step, b_step;
};

/// Partial sums of a dot product, which can share a vector register.
constexpr std::int64_t dot_lanes = 8;

/// The innermost loops, compiled for an instruction set.
struct ReferenceLoops {
  /// value[i] += sum over r of a[r][i] b[r][i], and the same of the magnitudes.
  void (*add_rows)(Strided<double> value, double* magnitude, Strided<const double> a,
                   Strided<const double> b, std::int64_t count, Repeats repeats);
  /// Adds a[i] b[i] to `dot_lanes` partial sums in turn, and the same of the magnitudes.
  void (*add_dot)(double* values, double* magnitudes, const double* a, Strided<const double> b,
                  std::int64_t count);
};

/// Those that this processor can run, the widest vectors last. All give the same bits.
std::span<const ReferenceLoops> all_reference_loops();

}  // namespace convtune
