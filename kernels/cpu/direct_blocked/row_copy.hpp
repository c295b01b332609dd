#pragma once

#include <cstdint>
#include <vector>

#include <convtune/device.hpp>
#include <convtune/problem.hpp>

namespace convtune::direct_blocked {

/// How rows of inputs are copied: with their border and split by the phases of a stride, so that
/// neighbouring outputs have neighbouring inputs for every tap:
///
///   to[phase][i] = from[i stride + phase - pad], or zero outside of the row
struct RowSplit {
  RowSplit(const Axis& wide, std::int64_t stride, std::int64_t phases, std::int64_t elements);

  struct Phase {
    std::int64_t first = 0, end = 0;  ///< what lies inside of the row
    std::int64_t from = 0;            ///< place of the first in the row
  };
  std::int64_t stride = 1;
  std::int64_t elements = 0;  ///< of a phase
  std::vector<Phase> phases;
};

/// Rows, and elements from one to the next.
template <class T>
struct RowCopy {
  const T* from = nullptr;  ///< nullptr: rows of the border
  std::int64_t from_step = 0;
  T* to = nullptr;
  std::int64_t to_step = 0;
  std::int64_t rows = 0;
};

template <class T>
using CopyRows = void (*)(const RowSplit& split, const RowCopy<T>& copy);

template <class T>
CopyRows<T> row_copy(Isa isa);

}  // namespace convtune::direct_blocked
