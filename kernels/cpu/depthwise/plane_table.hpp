#pragma once

#include "flat_loops.hpp"
#include "plane_loops.hpp"

namespace convtune::depthwise {

/// Every shape that there is code for.
inline constexpr PlaneShape plane_shapes[] = {{3, 1}, {3, 2}, {5, 1}, {5, 2}, {5, 1, true}};

#define FOR(isa, bytes, ...)                                   \
  template <class T, PlaneShape shape>                         \
  __VA_ARGS__ void run_plane_##isa(const PlaneCall<T>& call) { \
    if constexpr (shape.flat)                                  \
      FlatLoops<T, bytes, shape>::run(call);                   \
    else                                                       \
      PlaneLoops<T, bytes, shape>::run(call);                  \
  }
CONVTUNE_FOR_ISA(FOR)
#undef FOR

template <class T, std::size_t... i>
RunPlane<T> pick_plane(Isa isa, const PlaneShape& shape, std::index_sequence<i...>) {
  RunPlane<T> found = nullptr;
  const auto one = [&](const PlaneShape& each, RunPlane<T> generic, RunPlane<T> avx2,
                       RunPlane<T> avx512) {
    if (each == shape) found = isa == Isa::avx512 ? avx512 : isa == Isa::avx2 ? avx2 : generic;
  };
  (one(plane_shapes[i], run_plane_generic<T, plane_shapes[i]>, run_plane_avx2<T, plane_shapes[i]>,
       run_plane_avx512<T, plane_shapes[i]>),
   ...);
  return found;
}

}  // namespace convtune::depthwise
