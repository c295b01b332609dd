#pragma once

#include <cstdint>

#include <convtune/device.hpp>

namespace convtune::direct_blocked {

/// Sums with channels as lanes, turned into rows of pixels of each channel.
template <class T>
struct TurnedStore {
  const T* sums = nullptr;  ///< aligned to a vector; a vector of channels for each pixel
  std::int64_t pixel_step = 0;
  std::int64_t pixels = 0;
  T* out = nullptr;
  std::int64_t channel_step = 0;
  int channels = 0;         ///< that there are, at most a vector's lanes
  const T* bias = nullptr;  ///< one a channel; nullptr: none
  bool accumulate = false, relu = false;
};

template <class T>
using RunTurnedStore = void (*)(const TurnedStore<T>&);

template <class T>
RunTurnedStore<T> turned_store(Isa isa);

}  // namespace convtune::direct_blocked
