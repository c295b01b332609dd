#pragma once

#include <cstdint>

#include <convtune/device.hpp>

namespace convtune::depthwise {

/// One row of outputs from rows of a padded copy, for any filter: out[x] is the sum over rows r and
/// taps t of rows[r][offsets[t] + x] taps[r][t].
template <class T>
struct LineCall {
  const T* const* rows = nullptr;
  const T* const* taps = nullptr;  ///< of each row
  std::int64_t count = 0;          ///< rows
  /// Of the taps of a row. All vectors of outputs are computed: of inputs under the last as well.
  const std::int64_t* offsets = nullptr;
  std::int64_t width = 0;
  T* written = nullptr;
  std::int64_t out = 0;
  T bias = 0;
  bool accumulate = false, relu = false;
};

/// One channel's row to its place in the copy, split by the phases of the stride.
template <class T>
struct SplitCall {
  const T* row = nullptr;
  std::int64_t in = 0;
  T* to = nullptr;
  std::int64_t pad = 0, stride = 1;
  std::int64_t phase_step = 0;  ///< elements of `to` from a phase to the next
};

template <class T>
struct LineKernels {
  void (*line)(const LineCall<T>&);
  void (*split)(const SplitCall<T>&);
};

template <class T>
LineKernels<T> line_kernels(Isa isa);

}  // namespace convtune::depthwise
