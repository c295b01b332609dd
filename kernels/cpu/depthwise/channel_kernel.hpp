#pragma once

#include <array>
#include <cstdint>

#include <convtune/device.hpp>

namespace convtune::depthwise {

/// Planes of as many channels as a vector has lanes, or fewer, to and from vectors of channels.
template <class T>
struct TurnCall {
  T* planes = nullptr;          ///< of the first channel
  std::int64_t plane_step = 0;  ///< elements from one channel to the next
  std::int64_t places = 0;      ///< of a plane
  int channels = 0;
  T* vectors = nullptr;
  const std::int64_t* at = nullptr;  ///< where the vector of each place lies; nullptr: in a row
  bool accumulate = false, relu = false;  ///< on the way back
};

/// One row of outputs, in vectors of channels.
template <class T>
struct ChannelCall {
  const T* vectors = nullptr;             ///< under the first output
  std::int64_t step = 0;                  ///< elements from one output's inputs to the next's
  const std::int64_t* offsets = nullptr;  ///< of each tap's input
  const T* taps = nullptr;                ///< a vector each
  std::int64_t count = 0;                 ///< taps
  T* sums = nullptr;
  std::int64_t out = 0;
  const T* bias = nullptr;  ///< a vector
};

template <class T>
struct ChannelKernels {
  void (*turn)(const TurnCall<T>&);
  void (*turn_back)(const TurnCall<T>&);
  void (*sum)(const ChannelCall<T>&);
};

template <class T>
ChannelKernels<T> channel_kernels(Isa isa);

}  // namespace convtune::depthwise
