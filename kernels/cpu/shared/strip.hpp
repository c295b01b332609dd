#pragma once

#include <algorithm>
#include <cstdint>

#include "lanes.hpp"

namespace convtune::cpu {

/// Where index i of an axis of a tile row lies in a tensor: at first + i step, if that is one of
/// `size`. Steps other than 1 are for dilated filters: pixels that they connect are an image of
/// their own.
struct Walk {
  std::int64_t first = 0, step = 1, size = 1;

  constexpr std::int64_t at(std::int64_t i) const { return first + i * step; }
  constexpr bool holds(std::int64_t i) const { return at(i) >= 0 && at(i) < size; }
};

/// A row of as many channels as a vector has lanes of an nchw tensor, to be read.
template <class T>
struct RowOfChannels {
  const T* row = nullptr;  ///< of the first of the channels
  const T* end = nullptr;  ///< of the whole tensor
  std::int64_t channel_step = 0;
  int channels = 0;  ///< that there are, at most a vector's lanes
  Walk walk;
};

/// The same to be written, and what happens to the values on the way.
template <class T>
struct WrittenRow {
  T* row = nullptr;
  std::int64_t channel_step = 0;
  int channels = 0;
  Walk walk;
  const T* bias = nullptr;  ///< one a channel; nullptr: none
  bool accumulate = false, relu = false;
};

template <class T, int bytes>
CONVTUNE_INLINE void zero_pixels(T* strip, std::int64_t first, std::int64_t end) {
  constexpr int lanes = Lanes<T, bytes>::count;
  for (std::int64_t i = first; i < end; ++i)
    store<T, bytes>(strip + i * lanes, typename Lanes<T, bytes>::Vector{});
}

/// `count` pixels of a row, channels side by side, zeros outside of the image; the strip has room
/// for a vector of pixels more.
template <class T, int bytes>
CONVTUNE_INLINE void load_row(const RowOfChannels<T>& from, T* strip, std::int64_t count) {
  using Vector = typename Lanes<T, bytes>::Vector;
  constexpr int lanes = Lanes<T, bytes>::count;
  const Walk& walk = from.walk;
  if (walk.step != 1) {
    for (std::int64_t i = 0; i < count; ++i)
      for (int c = 0; c < lanes; ++c)
        strip[i * lanes + c] = c < from.channels && walk.holds(i)
                                   ? from.row[c * from.channel_step + walk.at(i)]
                                   : T{0};
    return;
  }
  const std::int64_t left = std::clamp<std::int64_t>(-walk.first, 0, count);
  zero_pixels<T, bytes>(strip, 0, left);
  const std::int64_t skip = std::max<std::int64_t>(walk.first, 0);
  const std::int64_t there = std::clamp<std::int64_t>(walk.size - skip, 0, count - left);
  for (std::int64_t i = 0; i < there; i += lanes) {
    const T* const first = from.row + skip + i;
    const auto rest = static_cast<int>(std::min<std::int64_t>(lanes, there - i));
    Vector block[lanes];
#pragma GCC unroll 16
    for (int c = 0; c < lanes; ++c) {
      const T* const channel = first + c * from.channel_step;
      if (c >= from.channels)
        block[c] = Vector{};
      else if (from.end - channel >= lanes)
        block[c] = load<T, bytes>(channel);
      else
        block[c] = load_some<T, bytes>(channel, rest == lanes ? 0 : rest);
    }
    transpose<T, bytes>(block);
#pragma GCC unroll 16
    for (int p = 0; p < lanes; ++p) store<T, bytes>(strip + (left + i + p) * lanes, block[p]);
  }
  zero_pixels<T, bytes>(strip, left + there, count);
}

template <class T>
CONVTUNE_INLINE T finished(const WrittenRow<T>& to, int channel, T value, T old) {
  if (to.bias) value += to.bias[channel];
  if (to.accumulate) value += old;
  return to.relu && value < 0 ? T{0} : value;
}

/// The first `count` pixels of a strip, those of them that the row has; the strip has a vector of
/// pixels more.
template <class T, int bytes>
CONVTUNE_INLINE void store_row(const WrittenRow<T>& to, const T* strip, std::int64_t count) {
  using Vector = typename Lanes<T, bytes>::Vector;
  constexpr int lanes = Lanes<T, bytes>::count;
  const Walk& walk = to.walk;
  if (walk.step != 1) {
    for (std::int64_t i = 0; i < count && walk.holds(i); ++i)
      for (int c = 0; c < to.channels; ++c) {
        T& one = to.row[c * to.channel_step + walk.at(i)];
        one = finished(to, c, strip[i * lanes + c], one);
      }
    return;
  }
  const std::int64_t there = std::clamp<std::int64_t>(walk.size - walk.first, 0, count);
  for (std::int64_t i = 0; i < there; i += lanes) {
    const auto rest = static_cast<int>(std::min<std::int64_t>(lanes, there - i));
    Vector block[lanes];
#pragma GCC unroll 16
    for (int p = 0; p < lanes; ++p) block[p] = load<T, bytes>(strip + (i + p) * lanes);
    transpose<T, bytes>(block);
#pragma GCC unroll 16
    for (int c = 0; c < lanes; ++c) {
      if (c >= to.channels) break;
      T* const channel = to.row + walk.first + i + c * to.channel_step;
      Vector value = block[c];
      if (to.bias) value += to.bias[c];
      if (to.accumulate)
        value += rest == lanes ? load<T, bytes>(channel) : load_some<T, bytes>(channel, rest);
      if (to.relu) value = relu<T, bytes>(value);
      if (rest == lanes)
        store<T, bytes>(channel, value);
      else
        store_some<T, bytes>(channel, value, rest);
    }
  }
}

}  // namespace convtune::cpu
