#pragma once

#include <algorithm>

#include "../shared/shifts.hpp"
#include "transforms.hpp"

namespace convtune::fft {

/// Reads rows of channels that are parts of an image, or of its planes, each lane from where its
/// part lies.
template <class T, int bytes>
class PartGather {
 public:
  using Vector = typename cpu::Lanes<T, bytes>::Vector;
  static constexpr int lanes = cpu::Lanes<T, bytes>::count;

  CONVTUNE_INLINE explicit PartGather(const InputCall<T>& call) : call_(call) {
    for (int lane = 0; lane < call.channels; ++lane) {
      const std::int64_t number = call.first_channel + lane;
      const std::int64_t part = number / call.source_channels;
      const std::int64_t high = part / call.parts[1], tap = high / call.parts[0];
      if (!call.depth.holds(tap)) continue;
      from_[lane] = {.plane = call.source + number % call.source_channels * call.channel_step +
                              call.depth.at(tap) * call.plane_step,
                     .high = high % call.parts[0],
                     .wide = part % call.parts[1]};
    }
  }

  /// `count` pixels of a row, channels side by side, zeros outside of the image; the strip has room
  /// for a vector of pixels more.
  CONVTUNE_INLINE void load_row(int row, T* strip, std::int64_t count) const {
    Pixels all[lanes];
    for (int lane = 0; lane < call_.channels; ++lane) all[lane] = pixels_of(row, from_[lane]);
    for (std::int64_t i = 0; i < count; i += lanes) {
      alignas(bytes) T read[lanes][lanes];
      for (int lane = 0; lane < lanes; ++lane)
        cpu::store<T, bytes>(read[lane], load_pixels(all[lane], i));
      Vector block[lanes];
#pragma GCC unroll 16
      for (int lane = 0; lane < lanes; ++lane) block[lane] = cpu::load<T, bytes>(read[lane]);
      cpu::transpose<T, bytes>(block);
#pragma GCC unroll 16
      for (int p = 0; p < lanes; ++p) cpu::store<T, bytes>(strip + (i + p) * lanes, block[p]);
    }
  }

 private:
  struct From {
    const T* plane = nullptr;         ///< nullptr: outside of the image
    std::int64_t high = 0, wide = 0;  ///< the part
  };
  /// Pixel i is at[i step], of those from `first` to `end` - 1.
  struct Pixels {
    const T* at = nullptr;
    std::int64_t first = 0, end = 0;
  };

  CONVTUNE_INLINE Pixels pixels_of(int row, const From& from) const {
    cpu::Walk high = call_.walks[0], wide = call_.walks[1];
    high.first += from.high;
    wide.first += from.wide;
    if (from.plane == nullptr || !high.holds(row)) return {};
    return {.at = from.plane + high.at(row) * call_.row_step + wide.first,
            .first = steps_to(-wide.first, wide.step),
            .end = steps_to(wide.size - wide.first, wide.step)};
  }

  /// Steps that lead at least so far.
  CONVTUNE_INLINE static std::int64_t steps_to(std::int64_t distance, std::int64_t step) {
    return distance <= 0 ? 0 : (distance + step - 1) / step;
  }

  /// As many pixels as a vector has lanes, from number i on.
  CONVTUNE_INLINE Vector load_pixels(const Pixels& pixels, std::int64_t i) const {
    const std::int64_t step = call_.walks[1].step;
    if (i >= pixels.first && i + lanes <= pixels.end &&
        call_.end - pixels.at >= (i + lanes) * step) {
      if (step == 1) return every<1>(pixels.at + i);
      if (step == 2) return every<2>(pixels.at + i * 2);
      if (step == 4) return every<4>(pixels.at + i * 4);
    }
    alignas(bytes) T some[lanes] = {};
    const std::int64_t end = std::min(pixels.end, i + lanes);
    for (std::int64_t p = std::max(pixels.first, i); p < end; ++p)
      some[p - i] = pixels.at[p * step];
    return cpu::load<T, bytes>(some);
  }

  /// Pixels that are `step` apart, a power of two, out of that many vectors.
  template <int step>
  CONVTUNE_INLINE static Vector every(const T* from) {
    if constexpr (step == 1)
      return cpu::load<T, bytes>(from);
    else
      return cpu::every_second<T, bytes, 0>(every<step / 2>(from),
                                            every<step / 2>(from + step / 2 * lanes));
  }

  const InputCall<T>& call_;
  From from_[lanes];
};

}  // namespace convtune::fft
