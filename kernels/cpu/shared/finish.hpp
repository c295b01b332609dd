#pragma once

#include "lanes.hpp"

namespace convtune::cpu {

/// What happens to a vector of sums of one output channel on its way out.
template <class T>
struct Finish {
  const T* bias = nullptr;  ///< the channel's; nullptr: none
  bool accumulate = false, relu = false;
};

/// Writes the first `count` lanes, which may be all of them.
template <class T, int bytes>
CONVTUNE_INLINE void finish(const Finish<T>& how, T* out, int count,
                            const typename Lanes<T, bytes>::Vector& of) {
  using Vector = typename Lanes<T, bytes>::Vector;
  Vector sum = of;
  const bool whole = count >= Lanes<T, bytes>::count;
  if (how.bias) sum += *how.bias;
  if (how.accumulate) sum += whole ? load<T, bytes>(out) : load_some<T, bytes>(out, count);
  if (how.relu) sum = relu<T, bytes>(sum);
  if (whole)
    store<T, bytes>(out, sum);
  else
    store_some<T, bytes>(out, sum, count);
}

}  // namespace convtune::cpu
