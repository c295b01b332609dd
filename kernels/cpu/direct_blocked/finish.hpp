#pragma once

#include "../shared/lanes.hpp"

namespace convtune::direct_blocked {

/// What happens to a vector of sums of one output channel on its way out.
template <class T>
struct Finish {
  const T* bias = nullptr;  ///< the channel's; nullptr: none
  bool accumulate = false, relu = false;
};

/// Writes the first `count` lanes, which may be all of them.
template <class T, int bytes>
CONVTUNE_INLINE void finish(const Finish<T>& how, T* out, int count,
                            const typename cpu::Lanes<T, bytes>::Vector& of) {
  using Vector = typename cpu::Lanes<T, bytes>::Vector;
  Vector sum = of;
  const bool whole = count >= cpu::Lanes<T, bytes>::count;
  if (how.bias) sum += *how.bias;
  if (how.accumulate)
    sum += whole ? cpu::load<T, bytes>(out) : cpu::load_some<T, bytes>(out, count);
  if (how.relu) sum = cpu::relu<T, bytes>(sum);
  if (whole)
    cpu::store<T, bytes>(out, sum);
  else
    cpu::store_some<T, bytes>(out, sum, count);
}

}  // namespace convtune::direct_blocked
