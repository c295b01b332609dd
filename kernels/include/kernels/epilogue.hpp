#pragma once

#include <algorithm>
#include <cstdint>

namespace convtune {

/// What an implementation that cannot fuse it does after the convolution, as one more pass. The old
/// output is not its concern: products accumulate into it (beta = 1).
template <class T>
struct Epilogue {
  const T* bias = nullptr;  ///< one value a filter, or none
  bool relu = false;

  bool empty() const { return bias == nullptr && !relu; }

  /// A row of `count` outputs of filter `k`, contiguous (channels first).
  void channel(T* out, std::int64_t count, std::int64_t k) const {
    const T add = bias != nullptr ? bias[k] : T{0};
    if (relu)
      for (std::int64_t i = 0; i < count; ++i) out[i] = std::max(out[i] + add, T{0});
    else
      for (std::int64_t i = 0; i < count; ++i) out[i] += add;
  }

  /// One output position of filters `first_k`..., contiguous (channels last).
  void position(T* out, std::int64_t count, std::int64_t first_k) const {
    if (bias != nullptr)
      for (std::int64_t k = 0; k < count; ++k) out[k] += bias[first_k + k];
    if (relu)
      for (std::int64_t k = 0; k < count; ++k) out[k] = std::max(out[k], T{0});
  }
};

}  // namespace convtune
