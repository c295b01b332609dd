#pragma once

#include <cstdint>

#include <convtune/device.hpp>

#include "geometry.hpp"
#include "unrolling.hpp"

namespace convtune::direct {

/// Elements behind the last plane that a kernel may read (and not use).
inline constexpr std::int64_t overrun = 16;

/// Sums of one block of output channels and images over all that is read, for positions in a row.
template <class T>
struct ConvolveCall {
  /// The group's first channel of the first image, at the first position.
  const T* planes = nullptr;
  std::int64_t image = 0, channel = 0;  ///< elements from one to the next
  const T* filter = nullptr;            ///< of the block's first output channel
  std::int64_t filter_output = 0, filter_input = 0, filter_tap = 0;  ///< elements to the next
  const Tap* taps = nullptr;
  std::int64_t tap_count = 0, inputs = 0;
  T* sums = nullptr;       ///< [image][output channel][position], written
  std::int64_t row = 0;    ///< elements from one output channel to the next
  std::int64_t count = 0;  ///< positions, rounded up to whole vectors
};

/// Sums over all positions of products of a block of filters' gradients with what some taps read.
template <class T>
struct WeightsCall {
  const T* planes = nullptr;  ///< of the source: the group's first channel of the first image
  const T* tops = nullptr;    ///< planes of the destination's gradient: the block's first channel
  std::int64_t image = 0, top_image = 0, top = 0;  ///< elements to the next image, to the next top
  std::int64_t images = 0, positions = 0;
  const std::int64_t* offsets = nullptr;  ///< where in the planes they read
  std::int64_t count = 0;
  T* sums = nullptr;     ///< [filter][offset], written
  std::int64_t row = 0;  ///< elements from one filter to the next
};

/// The loops of one unrolling for one instruction set.
template <class T>
struct Kernels {
  void (*convolve)(const ConvolveCall<T>&) = nullptr;
  void (*weights)(const WeightsCall<T>&) = nullptr;
  std::int64_t lanes = 1;  ///< positions in a vector
  std::int64_t tile = 1;   ///< positions that convolve likes to compute at once
};

bool has_kernel(const Unrolling& unrolling);

/// Throws std::out_of_range for an unrolling without a kernel.
template <class T>
const Kernels<T>& kernels(const Unrolling& unrolling, Isa isa);

}  // namespace convtune::direct
