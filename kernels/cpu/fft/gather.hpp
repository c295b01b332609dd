#pragma once

#include <algorithm>

#include "../shared/lanes.hpp"
#include "transforms.hpp"

namespace convtune::fft {

/// Reads rows of channels that are parts of an image, each lane from where its part lies.
template <class T, int lanes>
class PartGather {
 public:
  CONVTUNE_INLINE explicit PartGather(const InputCall<T>& call) : call_(call) {
    for (int lane = 0; lane < call.channels; ++lane) {
      const std::int64_t number = call.first_channel + lane;
      const std::int64_t part = number / call.source_channels;
      from_[lane] = {.plane = call.source + number % call.source_channels * call.channel_step,
                     .high = part / call.parts[1],
                     .wide = part % call.parts[1]};
    }
  }

  /// `count` pixels of a row, channels side by side, zeros outside of the image.
  CONVTUNE_INLINE void load_row(int row, T* strip, std::int64_t count) const {
    for (int lane = 0; lane < lanes; ++lane) {
      std::int64_t first = count, end = count;
      const T* pixels = nullptr;
      if (lane < call_.channels) {
        const cpu::Walk high = shifted(call_.walks[0], from_[lane].high);
        const cpu::Walk wide = shifted(call_.walks[1], from_[lane].wide);
        if (high.holds(row)) {
          pixels = from_[lane].plane + high.at(row) * call_.row_step + wide.first;
          first = std::min(count, steps_to(-wide.first, wide.step));
          end = std::clamp(steps_to(wide.size - wide.first, wide.step), first, count);
        }
      }
      T* to = strip + lane;
      std::int64_t i = 0;
      for (; i < first; ++i) to[i * lanes] = 0;
      for (; i < end; ++i) to[i * lanes] = pixels[i * call_.walks[1].step];
      for (; i < count; ++i) to[i * lanes] = 0;
    }
  }

 private:
  struct From {
    const T* plane = nullptr;
    std::int64_t high = 0, wide = 0;  ///< the part
  };

  CONVTUNE_INLINE static cpu::Walk shifted(cpu::Walk walk, std::int64_t by) {
    walk.first += by;
    return walk;
  }
  /// Steps that lead at least so far.
  CONVTUNE_INLINE static std::int64_t steps_to(std::int64_t distance, std::int64_t step) {
    return distance <= 0 ? 0 : (distance + step - 1) / step;
  }

  const InputCall<T>& call_;
  From from_[lanes];
};

}  // namespace convtune::fft
