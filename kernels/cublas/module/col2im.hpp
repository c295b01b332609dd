#pragma once

#include "../../cuda/sizes.hpp"
#include "../../cuda/small_float.hpp"

namespace convtune::cublas {

/// The transpose of Im2col, as Theano's col2im (corr_gemm.c): every input element gathers what was
/// computed for the windows that it lies in. No two threads write one element and every sum has one
/// order, so that equal inputs give equal bits.
template <class Sum, class T>
struct Col2im {
  cuda::Sizes sizes;
  std::int64_t planes = 0;  ///< images times the channels of all groups
  const Sum* columns = nullptr;
  T* source = nullptr;
  bool add = false;  ///< to what `source` holds

  template <class Thread>
  CONVTUNE_DEVICE void operator()(Thread& thread) const {
    cuda::each(thread, planes * sizes.inputs, [&](std::int64_t i) {
      const std::int64_t plane = i / sizes.inputs, input = i % sizes.inputs;
      const Sum sum = gathered(columns + plane * sizes.taps * sizes.positions, input);
      source[i] = cuda::rounded<T>(add ? sum + cuda::widened(source[i]) : sum);
    });
  }

 private:
  CONVTUNE_DEVICE Sum gathered(const Sum* rows, std::int64_t input) const {
    const cuda::Extent &depth = sizes.depth, &height = sizes.height, &width = sizes.width;
    const std::int64_t w = input % width.in, h = input / width.in % height.in;
    const std::int64_t d = input / width.in / height.in;
    Sum sum = 0;
    for (std::int64_t kd = 0; kd < depth.filter; ++kd) {
      const std::int64_t od = depth.output(d, sizes.tap(depth, kd));
      if (od < 0) continue;
      for (std::int64_t kh = 0; kh < height.filter; ++kh) {
        const std::int64_t oh = height.output(h, sizes.tap(height, kh));
        if (oh < 0) continue;
        const Sum* row = rows + (kd * height.filter + kh) * width.filter * sizes.positions +
                         (od * height.out + oh) * width.out;
        for (std::int64_t kw = 0; kw < width.filter; ++kw, row += sizes.positions) {
          const std::int64_t ow = width.output(w, sizes.tap(width, kw));
          if (ow >= 0) sum += row[ow];
        }
      }
    }
    return sum;
  }
};

}  // namespace convtune::cublas
