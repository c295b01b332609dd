#pragma once

#include <utility>

#include "column_loops.hpp"

namespace convtune::depthwise {

/// Every shape that there is code for; other filters, and other strides, go another way.
inline constexpr ColumnShape column_shapes[] = {
    {3, 3, 1, 1}, {3, 3, 1, 2}, {3, 3, 1, 3}, {3, 3, 1, 4}, {3, 3, 2, 1}, {3, 3, 2, 2},
    {3, 3, 2, 3}, {3, 3, 2, 4}, {5, 5, 1, 1}, {5, 5, 1, 2}, {5, 5, 2, 1}, {5, 5, 2, 2},
    {7, 7, 1, 1}, {7, 7, 1, 2}, {7, 7, 2, 1}, {7, 7, 2, 2}, {1, 3, 1, 1}, {1, 3, 1, 2},
    {1, 3, 2, 1}, {1, 3, 2, 2}, {1, 5, 1, 1}, {1, 5, 1, 2}, {1, 5, 2, 1}, {1, 5, 2, 2},
    {1, 7, 1, 1}, {1, 7, 1, 2}, {1, 7, 2, 1}, {1, 7, 2, 2},
};

#define FOR(isa, bytes, ...)                                     \
  template <class T, ColumnShape shape>                          \
  __VA_ARGS__ void run_column_##isa(const ColumnCall<T>& call) { \
    ColumnLoops<T, bytes, shape>::run(call);                     \
  }
CONVTUNE_FOR_ISA(FOR)
#undef FOR

template <class T, std::size_t... i>
RunColumn<T> pick_column(Isa isa, const ColumnShape& shape, std::index_sequence<i...>) {
  RunColumn<T> found = nullptr;
  const auto one = [&](const ColumnShape& each, RunColumn<T> generic, RunColumn<T> avx2,
                       RunColumn<T> avx512) {
    if (each == shape) found = isa == Isa::avx512 ? avx512 : isa == Isa::avx2 ? avx2 : generic;
  };
  (one(column_shapes[i], run_column_generic<T, column_shapes[i]>,
       run_column_avx2<T, column_shapes[i]>, run_column_avx512<T, column_shapes[i]>),
   ...);
  return found;
}

template <class T>
RunColumn<T> pick_column(Isa isa, const ColumnShape& shape) {
  return pick_column<T>(isa, shape, std::make_index_sequence<std::size(column_shapes)>());
}

}  // namespace convtune::depthwise
