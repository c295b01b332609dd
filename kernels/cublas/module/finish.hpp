#pragma once

#include <cstdint>

#include "../../cuda/small_float.hpp"

namespace convtune::cublas {

/// The pass behind the products: adds up partial sums in their order, the old output and the bias,
/// applies relu and rounds once.
template <class Sum, class T>
struct Finish {
  std::int64_t count = 0;          ///< outputs
  const Sum* sums = nullptr;       ///< the first part's; may be `out` itself if there is one part
  std::int64_t parts = 1;          ///< 0: nothing was summed
  std::int64_t distance = 0;       ///< elements from one part to the next
  const Sum* bias = nullptr;       ///< one value a filter, or none
  std::int64_t filters = 1;        ///< of all groups
  std::int64_t positions = 1;      ///< outputs of one filter behind one another
  bool add = false, relu = false;  ///< add: to what `out` holds
  T* out = nullptr;

  template <class Thread>
  CONVTUNE_DEVICE void operator()(Thread& thread) const {
    cuda::each(thread, count, [&](std::int64_t i) {
      Sum sum = 0;
      for (std::int64_t part = 0; part < parts; ++part) sum += sums[i + part * distance];
      if (add) sum += cuda::widened(out[i]);
      if (bias != nullptr) sum += bias[i / positions % filters];
      out[i] = cuda::rounded<T>(relu && sum < 0 ? Sum{0} : sum);
    });
  }
};

}  // namespace convtune::cublas
