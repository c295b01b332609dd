#pragma once

#include "plane_loops.hpp"
#include "square_loops.hpp"

namespace convtune::depthwise {

/// Every shape that there is code for; square planes where a network of images of 224x224 ends, and
/// of 256x256.
inline constexpr PlaneShape plane_shapes[] = {{3, 1, 7}, {3, 2, 7}, {5, 1, 7}, {5, 2, 7},
                                              {3, 1, 8}, {3, 2, 8}, {5, 1, 8}, {5, 2, 8},
                                              {3, 1},    {3, 2},    {5, 1},    {5, 2}};

template <class T, int bytes, PlaneShape shape>
CONVTUNE_INLINE void run_plane(const PlaneCall<T>& call) {
  if constexpr (shape.side == 0)
    PlaneLoops<T, bytes, shape>::run(call);
  else if constexpr (rows_of_vector(shape, cpu::Lanes<T, bytes>::count) > 0)
    SquareLoops<T, bytes, shape>::run(call);
}

#define FOR(isa, bytes, ...)                                   \
  template <class T, PlaneShape shape>                         \
  __VA_ARGS__ void run_plane_##isa(const PlaneCall<T>& call) { \
    run_plane<T, bytes, shape>(call);                          \
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
