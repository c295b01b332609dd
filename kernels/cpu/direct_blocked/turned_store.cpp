#include "turned_store.hpp"

#include <algorithm>

#include "../shared/finish.hpp"

namespace convtune::direct_blocked {
namespace {

using namespace cpu;

template <class T, int bytes>
CONVTUNE_INLINE void run(const TurnedStore<T>& call) {
  constexpr int lanes = Lanes<T, bytes>::count;
  for (std::int64_t pixel = 0; pixel < call.pixels; pixel += lanes) {
    const int count = static_cast<int>(std::min<std::int64_t>(lanes, call.pixels - pixel));
    typename Lanes<T, bytes>::Vector rows[lanes];
    for (int i = 0; i < lanes; ++i)
      rows[i] = load<T, bytes>(call.sums + (pixel + std::min(i, count - 1)) * call.pixel_step);
    transpose<T, bytes>(rows);
#pragma GCC unroll 16
    for (int i = 0; i < lanes; ++i) {
      if (i >= call.channels) break;
      cpu::finish<T, bytes>({.bias = call.bias ? call.bias + i : nullptr,
                             .accumulate = call.accumulate,
                             .relu = call.relu},
                            call.out + i * call.channel_step + pixel, count, rows[i]);
    }
  }
}

#define FOR(isa, bytes, ...)                               \
  template <class T>                                       \
  __VA_ARGS__ void run_##isa(const TurnedStore<T>& call) { \
    run<T, bytes>(call);                                   \
  }
CONVTUNE_FOR_ISA(FOR)
#undef FOR

}  // namespace

template <class T>
RunTurnedStore<T> turned_store(Isa isa) {
  return isa == Isa::avx512 ? run_avx512<T> : isa == Isa::avx2 ? run_avx2<T> : run_generic<T>;
}

template RunTurnedStore<float> turned_store(Isa);
template RunTurnedStore<double> turned_store(Isa);

}  // namespace convtune::direct_blocked
