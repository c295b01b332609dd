#include "row_copy.hpp"

#include <algorithm>

#include "../shared/lanes.hpp"

namespace convtune::direct_blocked {
namespace {

using namespace cpu;

constexpr int shortest = 16;  // bytes of a vector

/// Zeros, and those in front or behind them too where vectors do not fit.
template <class T, int bytes>
CONVTUNE_INLINE void clear(T* row, std::int64_t first, std::int64_t end, std::int64_t size) {
  constexpr int lanes = Lanes<T, bytes>::count;
  if (size >= lanes)
    for (std::int64_t i = first; i < end; i += lanes)
      store<T, bytes>(row + std::min(i, size - lanes), typename Lanes<T, bytes>::Vector{});
  else if constexpr (bytes > shortest)
    clear<T, bytes / 2>(row, first, end, size);
  else
    for (std::int64_t i = first; i < end; ++i) row[i] = 0;
}

/// Every second element, of which the last is the last that is read.
template <class T, int bytes, int... lane>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector every_second(const T* from,
                                                              std::integer_sequence<int, lane...>) {
  constexpr int lanes = Lanes<T, bytes>::count;
  return __builtin_shufflevector(load<T, bytes>(from), load<T, bytes>(from + lanes - 1),
                                 (2 * lane < lanes ? 2 * lane : 2 * lane + 1)...);
}

template <class T, int bytes, int stride>
CONVTUNE_INLINE typename Lanes<T, bytes>::Vector read(const T* from) {
  if constexpr (stride == 1)
    return load<T, bytes>(from);
  else
    return every_second<T, bytes>(from, std::make_integer_sequence<int, Lanes<T, bytes>::count>());
}

/// As many as `count` elements at a distance, which is fixed where it is 1 or 2.
template <class T, int bytes, int fixed>
CONVTUNE_INLINE void gather(const T* from, std::int64_t stride, T* to, std::int64_t count) {
  constexpr int lanes = Lanes<T, bytes>::count;
  if (fixed != 0 && count >= lanes) {
    const std::int64_t last = count - lanes;  // overlaps the one before it
    for (std::int64_t i = 0; i < last; i += lanes)
      store<T, bytes>(to + i, read<T, bytes, fixed>(from + i * fixed));
    store<T, bytes>(to + last, read<T, bytes, fixed>(from + last * fixed));
  } else if constexpr (fixed != 0 && bytes > shortest) {
    gather<T, bytes / 2, fixed>(from, stride, to, count);
  } else {
    for (std::int64_t i = 0; i < count; ++i) to[i] = from[i * stride];
  }
}

template <class T, int bytes, int fixed>
CONVTUNE_INLINE void copy_inside(const RowSplit& split, const RowCopy<T>& copy) {
  const std::int64_t elements = split.elements;
  for (std::int64_t row = 0; row < copy.rows; ++row) {
    const T* const from = copy.from + row * copy.from_step;
    T* to = copy.to + row * copy.to_step;
    for (const RowSplit::Phase& phase : split.phases) {
      clear<T, bytes>(to, 0, phase.first, elements);
      clear<T, bytes>(to, phase.end, elements, elements);
      gather<T, bytes, fixed>(from + phase.from, split.stride, to + phase.first,
                              phase.end - phase.first);
      to += elements;
    }
  }
}

template <class T, int bytes>
CONVTUNE_INLINE void copy(const RowSplit& split, const RowCopy<T>& copy) {
  const std::int64_t all = static_cast<std::int64_t>(split.phases.size()) * split.elements;
  if (!copy.from)
    for (std::int64_t row = 0; row < copy.rows; ++row)
      clear<T, bytes>(copy.to + row * copy.to_step, 0, all, all);
  else if (split.stride == 1)
    copy_inside<T, bytes, 1>(split, copy);
  else if (split.stride == 2)
    copy_inside<T, bytes, 2>(split, copy);
  else
    copy_inside<T, bytes, 0>(split, copy);
}

#define FOR(isa, bytes, ...)                                                   \
  template <class T>                                                           \
  __VA_ARGS__ void copy_##isa(const RowSplit& split, const RowCopy<T>& rows) { \
    copy<T, bytes>(split, rows);                                               \
  }
CONVTUNE_FOR_ISA(FOR)
#undef FOR

}  // namespace

RowSplit::RowSplit(const Axis& wide, std::int64_t step, std::int64_t count,
                   std::int64_t phase_elements)
    : stride(step), elements(phase_elements) {
  for (std::int64_t number = 0; number < count; ++number) {
    // Of output i stands here what is `i stride - before` in the row.
    const std::int64_t before = wide.pad_left - number;
    const auto outputs = [&](std::int64_t inputs) {
      return inputs <= 0 ? 0 : std::min((inputs - 1) / stride + 1, elements);
    };
    Phase phase{.first = outputs(before), .end = outputs(wide.in + before)};
    phase.end = std::max(phase.end, phase.first);
    phase.from = phase.end > phase.first ? phase.first * stride - before : 0;
    phases.push_back(phase);
  }
}

template <class T>
CopyRows<T> row_copy(Isa isa) {
  return isa == Isa::avx512 ? copy_avx512<T> : isa == Isa::avx2 ? copy_avx2<T> : copy_generic<T>;
}

template CopyRows<float> row_copy(Isa);
template CopyRows<double> row_copy(Isa);

}  // namespace convtune::direct_blocked
