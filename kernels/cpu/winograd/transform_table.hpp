#pragma once

#include <map>
#include <utility>

#include "transform_loops.hpp"

namespace convtune::winograd {

template <class T>
using Table = std::map<std::pair<Shape, Isa>, Transforms<T>>;

#define FOR(isa, bytes, ...)                                               \
  template <class T, const auto& deep, const auto& high, const auto& wide> \
  struct For_##isa {                                                       \
    using Loops = TileLoops<deep, high, wide, T, bytes>;                   \
    __VA_ARGS__ static void input(const InputCall<T>& call) {              \
      Loops::input(call);                                                  \
    }                                                                      \
    __VA_ARGS__ static void output(const OutputCall<T>& call) {            \
      Loops::output(call);                                                 \
    }                                                                      \
    __VA_ARGS__ static void filter(const FilterCall<T>& call) {            \
      Loops::filter(call);                                                 \
    }                                                                      \
  };
CONVTUNE_FOR_ISA(FOR)
#undef FOR

/// The transforms of one shape for every instruction set.
template <class T, const auto& deep, const auto& high, const auto& wide>
void add(Table<T>& table, int outputs) {
  const Shape shape{.taps = {deep.taps, high.taps, wide.taps},
                    .outputs = outputs,
                    .strides = {deep.stride, high.stride, wide.stride}};
#define FOR(isa, bytes, ...)                                          \
  table[{shape, Isa::isa}] = {For_##isa<T, deep, high, wide>::input,  \
                              For_##isa<T, deep, high, wide>::output, \
                              For_##isa<T, deep, high, wide>::filter};
  CONVTUNE_FOR_ISA(FOR)
#undef FOR
}

// One file each, so that they compile side by side.
void add_square(Table<float>& table);
void add_square(Table<double>& table);
void add_narrow(Table<float>& table);
void add_narrow(Table<double>& table);
void add_strided(Table<float>& table);
void add_strided(Table<double>& table);

}  // namespace convtune::winograd
