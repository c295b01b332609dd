#pragma once

#include "../../cuda/sizes.hpp"

namespace convtune::cublas {

/// Copies what the filters see into columns, as Theano's GpuCorrMM does (corr_gemm.c): one matrix
/// an image, rows by channel and tap in the order of a filter's elements, a column for each output
/// position; zero on padding. Elements are only copied: `Bits` is an unsigned integer as wide.
template <class Bits>
struct Im2col {
  cuda::Sizes sizes;
  std::int64_t planes = 0;  ///< images times the channels of all groups
  const Bits* source = nullptr;
  Bits* columns = nullptr;

  /// One thread an input plane and output position: all taps.
  template <class Thread>
  CONVTUNE_DEVICE void operator()(Thread& thread) const {
    cuda::each(thread, planes * sizes.positions, [&](std::int64_t i) {
      const std::int64_t plane = i / sizes.positions, position = i % sizes.positions;
      gather(source + plane * sizes.inputs, position,
             columns + plane * sizes.taps * sizes.positions + position);
    });
  }

 private:
  CONVTUNE_DEVICE void gather(const Bits* plane, std::int64_t position, Bits* column) const {
    const cuda::Extent &depth = sizes.depth, &height = sizes.height, &width = sizes.width;
    const std::int64_t ow = position % width.out, oh = position / width.out % height.out;
    const std::int64_t od = position / width.out / height.out;
    for (std::int64_t kd = 0; kd < depth.filter; ++kd) {
      const std::int64_t d = depth.input(od, sizes.tap(depth, kd));
      for (std::int64_t kh = 0; kh < height.filter; ++kh) {
        const std::int64_t h = height.input(oh, sizes.tap(height, kh));
        const bool line = depth.holds(d) && height.holds(h);
        for (std::int64_t kw = 0; kw < width.filter; ++kw, column += sizes.positions) {
          const std::int64_t w = width.input(ow, sizes.tap(width, kw));
          *column = line && width.holds(w) ? plane[(d * height.in + h) * width.in + w] : Bits{0};
        }
      }
    }
  }
};

}  // namespace convtune::cublas
