#pragma once

#include <algorithm>
#include <cstdint>

#include <convtune/problem.hpp>

#include "geometry.hpp"

namespace convtune::direct {

/// Where the elements of a caller's tensor lie: strides in elements, whichever layout it is in.
struct Strides {
  std::int64_t image = 0, channel = 0;  ///< of filters: output channel, input channel
  Extents axis{};
};
Strides strides(const ConvProblem& problem, Role role);

/// What is done to a sum before it is written.
template <class T>
struct Finish {
  bool accumulate = false, relu = false;
  T bias{0};

  T operator()(T sum, T old) const {
    const T value = sum + bias + (accumulate ? old : T{0});
    return relu ? std::max(value, T{0}) : value;
  }
};

/// Writes one plane: the positions that `window` shows of a channel with extents `read`, zeros
/// around them and behind them.
template <class T>
void pack(const Geometry& geometry, const Window& window, const Extents& read, const T* channel,
          const Extents& strides, T* plane);

/// Writes those of the sums at positions first, first + 1, ... that are outputs to one channel.
template <class T>
void store(const Geometry& geometry, const Window& window, const T* sums, std::int64_t first,
           std::int64_t count, const Finish<T>& finish, T* channel, const Extents& strides);

}  // namespace convtune::direct
