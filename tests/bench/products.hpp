#pragma once

#include <omp.h>

#include <convtune/device.hpp>

#include "cpu/shared/lanes.hpp"

namespace convtune {

// Products in registers, and nothing else: as many accumulators as hide an operation's latency, for
// so long that waking threads up is not what is timed.
inline constexpr int accumulators = 8, products = 500'000;
#define FOR(isa, bytes, ...)                                                            \
  __VA_ARGS__ inline float multiply_##isa(float with) {                                 \
    using Vector = cpu::Lanes<float, bytes>::Vector;                                    \
    Vector sums[accumulators], factor = Vector{} + with;                                \
    _Pragma("GCC unroll 16") for (int i = 0; i < accumulators; ++i) sums[i] =           \
        factor + static_cast<float>(i);                                                 \
    for (int step = 0; step < products; ++step)                                         \
      _Pragma("GCC unroll 16") for (int i = 0; i < accumulators; ++i) sums[i] =         \
          sums[i] * factor + factor;                                                    \
    _Pragma("GCC unroll 16") for (int i = 1; i < accumulators; ++i) sums[0] += sums[i]; \
    return sums[0][0];                                                                  \
  }
CONVTUNE_FOR_ISA(FOR)
#undef FOR

/// Operations of one call of multiply().
inline double peak_operations(const Device& device) {
  const int lanes = cpu::vector_bytes(device.isa) / 4;
  return 2.0 * accumulators * products * lanes * device.threads;
}

/// On all threads of the device.
inline void multiply(const Device& device) {
  const auto run = device.isa == Isa::avx512 ? multiply_avx512
                   : device.isa == Isa::avx2 ? multiply_avx2
                                             : multiply_generic;
#pragma omp parallel num_threads(device.threads)
  {
    volatile float keep = run(0.5F);
    (void)keep;
  }
}

}  // namespace convtune
