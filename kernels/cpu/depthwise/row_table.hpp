#pragma once

#include <utility>

#include "row_loops.hpp"

namespace convtune::depthwise {

/// Every shape that there is code for; other filters, and other strides, go another way.
inline constexpr RowShape row_shapes[] = {
    {3, 3, 1, 2}, {3, 3, 1, 4}, {3, 3, 1, 7}, {3, 3, 2, 2}, {3, 3, 2, 4},
    {3, 3, 2, 7}, {5, 5, 1, 2}, {5, 5, 1, 4}, {5, 5, 2, 2}, {5, 5, 2, 4},
    {7, 7, 1, 2}, {7, 7, 1, 4}, {7, 7, 2, 2}, {1, 3, 1, 1}, {1, 3, 2, 1},
    {1, 5, 1, 1}, {1, 5, 2, 1}, {1, 7, 1, 1}, {1, 7, 2, 1},
};

#define FOR(isa, bytes, ...)                                \
  template <class T, RowShape shape>                        \
  __VA_ARGS__ void run_rows_##isa(const RowCall<T>& call) { \
    RowLoops<T, bytes, shape>::run(call);                   \
  }
CONVTUNE_FOR_ISA(FOR)
#undef FOR

template <class T, std::size_t... i>
RunRows<T> pick_rows(Isa isa, const RowShape& shape, std::index_sequence<i...>) {
  RunRows<T> found = nullptr;
  const auto one = [&](const RowShape& each, RunRows<T> generic, RunRows<T> avx2,
                       RunRows<T> avx512) {
    if (each == shape) found = isa == Isa::avx512 ? avx512 : isa == Isa::avx2 ? avx2 : generic;
  };
  (one(row_shapes[i], run_rows_generic<T, row_shapes[i]>, run_rows_avx2<T, row_shapes[i]>,
       run_rows_avx512<T, row_shapes[i]>),
   ...);
  return found;
}

template <class T>
RunRows<T> pick_rows(Isa isa, const RowShape& shape) {
  return pick_rows<T>(isa, shape, std::make_index_sequence<std::size(row_shapes)>());
}

}  // namespace convtune::depthwise
