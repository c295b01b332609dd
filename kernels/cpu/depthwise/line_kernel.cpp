#include "line_kernel.hpp"

#include <algorithm>
#include <cstring>

#include "../shared/finish.hpp"
#include "../shared/shifts.hpp"

namespace convtune::depthwise {
namespace {

template <class T, int bytes>
CONVTUNE_INLINE void finish(const LineCall<T>& call, std::int64_t x,
                            typename cpu::Lanes<T, bytes>::Vector value) {
  constexpr int lanes = cpu::Lanes<T, bytes>::count;
  if (x >= call.out) return;
  const auto count = static_cast<int>(std::min<std::int64_t>(lanes, call.out - x));
  cpu::finish<T, bytes>({.bias = &call.bias, .accumulate = call.accumulate, .relu = call.relu},
                        call.written + x, count, value);
}

template <class T, int bytes, int vectors>
CONVTUNE_INLINE void block(const LineCall<T>& call, std::int64_t x) {
  using Vector = typename cpu::Lanes<T, bytes>::Vector;
  constexpr int lanes = cpu::Lanes<T, bytes>::count;
  Vector sums[vectors] = {};
  for (std::int64_t r = 0; r < call.count; ++r)
    for (std::int64_t t = 0; t < call.width; ++t) {
      const T* const from = call.rows[r] + call.offsets[t] + x;
      const T tap = call.taps[r][t];
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) sums[v] += cpu::load<T, bytes>(from + v * lanes) * tap;
    }
#pragma GCC unroll 8
  for (int v = 0; v < vectors; ++v) finish<T, bytes>(call, x + v * lanes, sums[v]);
}

template <class T, int bytes>
CONVTUNE_INLINE void line(const LineCall<T>& call) {
  constexpr int lanes = cpu::Lanes<T, bytes>::count, vectors = 4;
  std::int64_t x = 0;
  for (; x + (vectors - 1) * lanes < call.out; x += vectors * lanes)
    block<T, bytes, vectors>(call, x);
  for (; x + lanes < call.out; x += 2 * lanes) block<T, bytes, 2>(call, x);
  if (x < call.out) block<T, bytes, 1>(call, x);
}

template <class T, int bytes>
CONVTUNE_INLINE void split(const SplitCall<T>& call) {
  constexpr int lanes = cpu::Lanes<T, bytes>::count;
  if (call.stride == 1) {
    std::memcpy(call.to + call.pad, call.row, static_cast<std::size_t>(call.in) * sizeof(T));
    return;
  }
  std::int64_t x = 0;
  if (call.stride == 2) {
    T* even = call.to + call.pad % 2 * call.phase_step + call.pad / 2;
    T* odd = call.to + (call.pad + 1) % 2 * call.phase_step + (call.pad + 1) / 2;
    for (; x + 2 * lanes <= call.in; x += 2 * lanes, even += lanes, odd += lanes) {
      const auto low = cpu::load<T, bytes>(call.row + x);
      const auto high = cpu::load<T, bytes>(call.row + x + lanes);
      cpu::store<T, bytes>(even, cpu::every_second<T, bytes, 0>(low, high));
      cpu::store<T, bytes>(odd, cpu::every_second<T, bytes, 1>(low, high));
    }
  }
  std::int64_t phase = (x + call.pad) % call.stride, place = (x + call.pad) / call.stride;
  for (; x < call.in; ++x) {
    call.to[phase * call.phase_step + place] = call.row[x];
    if (++phase == call.stride) phase = 0, ++place;
  }
}

#define FOR(isa, bytes, ...)                               \
  template <class T>                                       \
  __VA_ARGS__ void line_##isa(const LineCall<T>& call) {   \
    line<T, bytes>(call);                                  \
  }                                                        \
  template <class T>                                       \
  __VA_ARGS__ void split_##isa(const SplitCall<T>& call) { \
    split<T, bytes>(call);                                 \
  }
CONVTUNE_FOR_ISA(FOR)
#undef FOR

}  // namespace

template <class T>
LineKernels<T> line_kernels(Isa isa) {
  switch (isa) {
    case Isa::avx512: return {line_avx512<T>, split_avx512<T>};
    case Isa::avx2: return {line_avx2<T>, split_avx2<T>};
    default: return {line_generic<T>, split_generic<T>};
  }
}

template LineKernels<float> line_kernels(Isa);
template LineKernels<double> line_kernels(Isa);

}  // namespace convtune::depthwise
