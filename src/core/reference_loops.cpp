// The innermost loops of the reference, written once and compiled for each instruction set.
#include "reference_loops.hpp"

#include <algorithm>
#include <cmath>

#define CONVTUNE_INLINE [[gnu::always_inline]] inline

namespace convtune {
namespace {

/// Adds `terms` rows of `a`, each times a number of its own, to every value at once: then the sums
/// are read and written less often.
template <int terms>
CONVTUNE_INLINE void add_scaled(Strided<double> value, double* magnitude, Strided<const double> a,
                                std::int64_t a_step, const double* weights, std::int64_t b_step,
                                std::int64_t count) {
  double* __restrict v = value.first;
  double* __restrict m = magnitude;
  const double* const x = a.first;
  double w[terms];
  for (int t = 0; t < terms; ++t) w[t] = weights[t * b_step];
  if (value.distance == 1 && a.distance == 1) {
    for (std::int64_t i = 0; i < count; ++i) {
      double sum = v[i], size = m[i];
      for (int t = 0; t < terms; ++t) {
        const double product = x[t * a_step + i] * w[t];
        sum += product;
        size += std::abs(product);
      }
      v[i] = sum;
      m[i] = size;
    }
    return;
  }
  for (std::int64_t i = 0; i < count; ++i)
    for (int t = 0; t < terms; ++t) {
      const double product = x[t * a_step + i * a.distance] * w[t];
      v[i * value.distance] += product;
      m[i * value.distance] += std::abs(product);
    }
}

CONVTUNE_INLINE void add_rows(Strided<double> value, double* magnitude, Strided<const double> a,
                              Strided<const double> b, std::int64_t count, Repeats repeats) {
  constexpr int together = 4;
  std::int64_t r = 0;
  if (b.distance == 0) {
    for (; r + together <= repeats.count; r += together)
      add_scaled<together>(value, magnitude, {a.first + r * repeats.a_step, a.distance},
                           repeats.a_step, b.first + r * repeats.b_step, repeats.b_step, count);
    for (; r < repeats.count; ++r)
      add_scaled<1>(value, magnitude, {a.first + r * repeats.a_step, a.distance}, 0,
                    b.first + r * repeats.b_step, 0, count);
  }
  for (; r < repeats.count; ++r) {
    const double* const x = a.first + r * repeats.a_step;
    const double* const w = b.first + r * repeats.b_step;
    for (std::int64_t i = 0; i < count; ++i) {
      const double product = x[i * a.distance] * w[i * b.distance];
      value.first[i * value.distance] += product;
      magnitude[i * value.distance] += std::abs(product);
    }
  }
}

CONVTUNE_INLINE void add_dot(double* values, double* magnitudes, const double* a,
                             Strided<const double> b, std::int64_t count) {
  std::int64_t i = 0;
  if (b.distance == 1) {
    double v[dot_lanes], m[dot_lanes];
    std::copy_n(values, dot_lanes, v);
    std::copy_n(magnitudes, dot_lanes, m);
    for (; i + dot_lanes <= count; i += dot_lanes)
      for (std::int64_t lane = 0; lane < dot_lanes; ++lane) {
        const double product = a[i + lane] * b.first[i + lane];
        v[lane] += product;
        m[lane] += std::abs(product);
      }
    std::copy_n(v, dot_lanes, values);
    std::copy_n(m, dot_lanes, magnitudes);
  }
  for (; i < count; ++i) {
    const double product = a[i] * b.first[i * b.distance];
    values[i % dot_lanes] += product;
    magnitudes[i % dot_lanes] += std::abs(product);
  }
}

// AVX2 without FMA: fused products would make other sums than without it.
#define CONVTUNE_LOOPS(isa, ...)                                                      \
  __VA_ARGS__ void add_rows_##isa(Strided<double> value, double* magnitude,           \
                                  Strided<const double> a, Strided<const double> b,   \
                                  std::int64_t count, Repeats repeats) {              \
    add_rows(value, magnitude, a, b, count, repeats);                                 \
  }                                                                                   \
  __VA_ARGS__ void add_dot_##isa(double* values, double* magnitudes, const double* a, \
                                 Strided<const double> b, std::int64_t count) {       \
    add_dot(values, magnitudes, a, b, count);                                         \
  }                                                                                   \
  constexpr ReferenceLoops loops_##isa {                                              \
    add_rows_##isa, add_dot_##isa                                                     \
  }

CONVTUNE_LOOPS(generic, );
#if defined(__x86_64__)
CONVTUNE_LOOPS(avx2, [[gnu::target("avx2")]]);
#endif

}  // namespace

std::span<const ReferenceLoops> all_reference_loops() {
#if defined(__x86_64__)
  static constexpr ReferenceLoops all[] = {loops_generic, loops_avx2};
  static const std::size_t count = __builtin_cpu_supports("avx2") != 0 ? 2 : 1;
  return {all, count};
#else
  static constexpr ReferenceLoops all[] = {loops_generic};
  return all;
#endif
}

}  // namespace convtune
