#pragma once

#include <map>
#include <utility>

#include "transform_loops.hpp"

namespace convtune::fft {

template <class T>
using Table = std::map<std::pair<int, Isa>, Transforms<T>>;

#define FOR(isa, bytes, ...)                                                                      \
  template <class T, int n>                                                                       \
  struct For_##isa {                                                                              \
    using Loops = TransformLoops<n, T, bytes, For_##isa>;                                         \
    [[gnu::noinline]] __VA_ARGS__ static void forward(const T* const* rows, int there, T* points, \
                                                      std::int64_t point_step) {                  \
      Loops::Tile::forward(rows, there, points, point_step);                                      \
    }                                                                                             \
    __VA_ARGS__ static void input(const InputCall<T>& call) {                                     \
      Loops::input(call);                                                                         \
    }                                                                                             \
    __VA_ARGS__ static void output(const OutputCall<T>& call) {                                   \
      Loops::output(call);                                                                        \
    }                                                                                             \
    __VA_ARGS__ static void filter(const FilterCall<T>& call) {                                   \
      Loops::filter(call);                                                                        \
    }                                                                                             \
  };
CONVTUNE_FOR_ISA(FOR)
#undef FOR

/// The transforms of one size of tiles for every instruction set.
template <class T, int n>
void add(Table<T>& table) {
#define FOR(isa, bytes, ...) \
  table[{n, Isa::isa}] = {For_##isa<T, n>::input, For_##isa<T, n>::output, For_##isa<T, n>::filter};
  CONVTUNE_FOR_ISA(FOR)
#undef FOR
}

// One file each, so that they compile side by side.
void add_small(Table<float>& table);
void add_small(Table<double>& table);
void add_large(Table<float>& table);
void add_large(Table<double>& table);
void add_largest(Table<float>& table);
void add_largest(Table<double>& table);

}  // namespace convtune::fft
