#include "channel_kernel.hpp"

#include <algorithm>

#include "../shared/finish.hpp"

namespace convtune::depthwise {
namespace {

/// Places of one vector of a plane.
struct Part {
  std::int64_t place = 0;
  int count = 0;
};

/// The vector of the places from `next` on: the last one again has some of the one before it, if
/// it may, or fewer than all.
template <int lanes>
Part part_at(std::int64_t next, std::int64_t places, bool again) {
  if (again && next + lanes > places && places >= lanes)
    return {.place = places - lanes, .count = lanes};
  return {.place = next, .count = static_cast<int>(std::min<std::int64_t>(lanes, places - next))};
}

template <class T, int bytes>
CONVTUNE_INLINE void turn(const TurnCall<T>& call) {
  using Vector = typename cpu::Lanes<T, bytes>::Vector;
  constexpr int lanes = cpu::Lanes<T, bytes>::count;
  for (std::int64_t next = 0; next < call.places; next += lanes) {
    const auto [place, count] = part_at<lanes>(next, call.places, true);
    Vector block[lanes];
#pragma GCC unroll 16
    for (int c = 0; c < lanes; ++c) {
      const T* const from = call.planes + c * call.plane_step + place;
      if (c >= call.channels)
        block[c] = Vector{};
      else
        block[c] =
            count == lanes ? cpu::load<T, bytes>(from) : cpu::load_some<T, bytes>(from, count);
    }
    cpu::transpose<T, bytes>(block);
#pragma GCC unroll 16
    for (int i = 0; i < lanes; ++i) {
      if (i >= count) break;
      const std::int64_t at = call.at ? call.at[place + i] : (place + i) * lanes;
      cpu::store<T, bytes>(call.vectors + at, block[i]);
    }
  }
}

template <class T, int bytes>
CONVTUNE_INLINE void turn_back(const TurnCall<T>& call) {
  using Vector = typename cpu::Lanes<T, bytes>::Vector;
  constexpr int lanes = cpu::Lanes<T, bytes>::count;
  for (std::int64_t next = 0; next < call.places; next += lanes) {
    // What was added to already must not be added to again.
    const auto [place, count] = part_at<lanes>(next, call.places, !call.accumulate);
    Vector block[lanes];
#pragma GCC unroll 16
    for (int i = 0; i < lanes; ++i)
      block[i] = i < count ? cpu::load<T, bytes>(call.vectors + (place + i) * lanes) : Vector{};
    cpu::transpose<T, bytes>(block);
#pragma GCC unroll 16
    for (int c = 0; c < lanes; ++c) {
      if (c >= call.channels) break;
      cpu::finish<T, bytes>({.accumulate = call.accumulate, .relu = call.relu},
                            call.planes + c * call.plane_step + place, count, block[c]);
    }
  }
}

template <class T, int bytes, int outputs>
CONVTUNE_INLINE void sum_some(const ChannelCall<T>& call, std::int64_t x) {
  using Vector = typename cpu::Lanes<T, bytes>::Vector;
  constexpr int lanes = cpu::Lanes<T, bytes>::count;
  Vector sums[outputs] = {};
  for (std::int64_t t = 0; t < call.count; ++t) {
    const T* const from = call.vectors + x * call.step + call.offsets[t];
    const Vector tap = cpu::load<T, bytes>(call.taps + t * lanes);
#pragma GCC unroll 8
    for (int i = 0; i < outputs; ++i) sums[i] += cpu::load<T, bytes>(from + i * call.step) * tap;
  }
  const Vector bias = cpu::load<T, bytes>(call.bias);
#pragma GCC unroll 8
  for (int i = 0; i < outputs; ++i)
    cpu::store<T, bytes>(call.sums + (x + i) * lanes, sums[i] + bias);
}

template <class T, int bytes>
CONVTUNE_INLINE void sum(const ChannelCall<T>& call) {
  std::int64_t x = 0;
  for (; x + 7 <= call.out; x += 7) sum_some<T, bytes, 7>(call, x);
  for (; x + 3 <= call.out; x += 3) sum_some<T, bytes, 3>(call, x);
  for (; x < call.out; ++x) sum_some<T, bytes, 1>(call, x);
}

#define FOR(isa, bytes, ...)                                  \
  template <class T>                                          \
  __VA_ARGS__ void turn_##isa(const TurnCall<T>& call) {      \
    turn<T, bytes>(call);                                     \
  }                                                           \
  template <class T>                                          \
  __VA_ARGS__ void turn_back_##isa(const TurnCall<T>& call) { \
    turn_back<T, bytes>(call);                                \
  }                                                           \
  template <class T>                                          \
  __VA_ARGS__ void sum_##isa(const ChannelCall<T>& call) {    \
    sum<T, bytes>(call);                                      \
  }
CONVTUNE_FOR_ISA(FOR)
#undef FOR

}  // namespace

template <class T>
ChannelKernels<T> channel_kernels(Isa isa) {
  switch (isa) {
    case Isa::avx512: return {turn_avx512<T>, turn_back_avx512<T>, sum_avx512<T>};
    case Isa::avx2: return {turn_avx2<T>, turn_back_avx2<T>, sum_avx2<T>};
    default: return {turn_generic<T>, turn_back_generic<T>, sum_generic<T>};
  }
}

template ChannelKernels<float> channel_kernels(Isa);
template ChannelKernels<double> channel_kernels(Isa);

}  // namespace convtune::depthwise
