#pragma once

#include <cstdint>

#include <convtune/types.hpp>

#include "../sizes.hpp"
#include "tensor.hpp"

namespace convtune::cuda {

/// The definition of the three convolutions (see reference of convtune/reference.hpp), summed in
/// float64; one thread an output.
struct Definition {
  Sizes sizes;
  Direction direction = Direction::forward;
  Tensor source, filter, destination;
  Tensor bias;                     ///< without memory: there is none
  bool add = false, relu = false;  ///< add: to what the output holds
  std::int64_t count = 0;          ///< outputs

  template <class Thread>
  CONVTUNE_DEVICE void operator()(Thread& thread) const {
    each(thread, count, [&](std::int64_t i) {
      switch (direction) {
        case Direction::forward: forward(i); break;
        case Direction::backward_data: backward_data(i); break;
        case Direction::backward_weights: backward_weights(i); break;
      }
    });
  }

 private:
  /// An element of a plane, of an input, an output or a filter.
  struct Point {
    std::int64_t d, h, w;
  };
  CONVTUNE_DEVICE static Point point(std::int64_t i, std::int64_t height, std::int64_t width) {
    return {i / width / height, i / width % height, i % width};
  }
  CONVTUNE_DEVICE static std::int64_t offset(const Tensor& tensor, std::int64_t outer,
                                             std::int64_t channel, const Point& at) {
    return outer * tensor.outer + channel * tensor.channel + at.d * tensor.depth +
           at.h * tensor.height + at.w * tensor.width;
  }

  /// Calls met(tap) for every tap, as the stored filter has them in order.
  template <class Met>
  CONVTUNE_DEVICE void each_tap(Met met) const {
    for (std::int64_t t = 0; t < sizes.taps; ++t)
      met(point(t, sizes.height.filter, sizes.width.filter));
  }
  /// The input that output `o` reads through what is stored as `tap`.
  CONVTUNE_DEVICE Point input(const Point& o, const Point& tap) const {
    return {sizes.depth.input(o.d, sizes.tap(sizes.depth, tap.d)),
            sizes.height.input(o.h, sizes.tap(sizes.height, tap.h)),
            sizes.width.input(o.w, sizes.tap(sizes.width, tap.w))};
  }
  CONVTUNE_DEVICE bool holds(const Point& at) const {
    return sizes.depth.holds(at.d) && sizes.height.holds(at.h) && sizes.width.holds(at.w);
  }

  CONVTUNE_DEVICE void forward(std::int64_t i) const {
    const Point at = point(i % sizes.positions, sizes.height.out, sizes.width.out);
    const std::int64_t all = sizes.groups * sizes.filters;
    const std::int64_t k = i / sizes.positions % all, n = i / sizes.positions / all;
    const std::int64_t first = k / sizes.filters * sizes.channels;
    const std::int64_t own = i % sizes.positions * filter.position;
    double sum = 0;
    each_tap([&](const Point& tap) {
      const Point read = input(at, tap);
      if (!holds(read)) return;
      for (std::int64_t c = 0; c < sizes.channels; ++c)
        sum += source.at(offset(source, n, first + c, read)) *
               filter.at(offset(filter, k, c, tap) + own);
    });
    if (bias.data != nullptr) sum += bias.at(k);
    write(destination, offset(destination, n, k, at), sum);
  }

  CONVTUNE_DEVICE void backward_data(std::int64_t i) const {
    const Point at = point(i % sizes.inputs, sizes.height.in, sizes.width.in);
    const std::int64_t all = sizes.groups * sizes.channels;
    const std::int64_t channel = i / sizes.inputs % all, n = i / sizes.inputs / all;
    const std::int64_t first = channel / sizes.channels * sizes.filters;
    double sum = 0;
    each_tap([&](const Point& tap) {
      const Point reader = {sizes.depth.output(at.d, sizes.tap(sizes.depth, tap.d)),
                            sizes.height.output(at.h, sizes.tap(sizes.height, tap.h)),
                            sizes.width.output(at.w, sizes.tap(sizes.width, tap.w))};
      if (reader.d < 0 || reader.h < 0 || reader.w < 0) return;
      const std::int64_t own =
          ((reader.d * sizes.height.out + reader.h) * sizes.width.out + reader.w) * filter.position;
      for (std::int64_t k = first; k < first + sizes.filters; ++k)
        sum += destination.at(offset(destination, n, k, reader)) *
               filter.at(offset(filter, k, channel % sizes.channels, tap) + own);
    });
    write(source, offset(source, n, channel, at), sum);
  }

  CONVTUNE_DEVICE void backward_weights(std::int64_t i) const {
    const Point tap = point(i % sizes.taps, sizes.height.filter, sizes.width.filter);
    const std::int64_t c = i / sizes.taps % sizes.channels, rest = i / sizes.taps / sizes.channels;
    const std::int64_t first = sizes.unshared ? rest % sizes.positions : 0;
    const std::int64_t last = sizes.unshared ? first + 1 : sizes.positions;
    const std::int64_t k = sizes.unshared ? rest / sizes.positions : rest;
    const std::int64_t channel = k / sizes.filters * sizes.channels + c;
    double sum = 0;
    for (std::int64_t p = first; p < last; ++p) {
      const Point at = point(p, sizes.height.out, sizes.width.out);
      const Point read = input(at, tap);
      if (!holds(read)) continue;
      for (std::int64_t n = 0; n < sizes.images; ++n)
        sum += source.at(offset(source, n, channel, read)) *
               destination.at(offset(destination, n, k, at));
    }
    write(filter, offset(filter, k, c, tap) + first * filter.position, sum);
  }

  CONVTUNE_DEVICE void write(const Tensor& output, std::int64_t at, double sum) const {
    if (add) sum += output.at(at);
    output.set(at, relu && sum < 0 ? 0 : sum);
  }
};

}  // namespace convtune::cuda
