#pragma once

#include <cstdint>
#include <numeric>
#include <vector>

#include <convtune/dnn.hpp>

#include "plain_loop.hpp"

namespace convtune {

/// A dense tensor of small integers that a test made.
struct Made {
  std::vector<std::int64_t> dims;
  std::vector<float> values;

  Made(std::vector<std::int64_t> extents, int period) : dims(std::move(extents)) {
    values.resize(static_cast<std::size_t>(
        std::accumulate(dims.begin(), dims.end(), std::int64_t{1}, std::multiplies<>())));
    const int middle = period / 2;
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>(static_cast<int>(i * i + 3 * i) % period - middle);
  }
  TensorView view() { return {values.data(), DataType::f32, dims, {}}; }
};

/// What the plain loop says about three tensors: y of x and w, and the gradients for dy.
struct Expected {
  std::vector<float> y, dx, dw;

  Expected(const PlainLoop& loop, const Made& x, const Made& w, const Made& dy)
      : y(dy.values.size()), dx(x.values.size()), dw(w.values.size()) {
    loop.each([&](std::int64_t i, std::int64_t j, std::int64_t o) {
      const auto at_x = static_cast<std::size_t>(i), at_w = static_cast<std::size_t>(j),
                 at_y = static_cast<std::size_t>(o);
      y[at_y] += x.values[at_x] * w.values[at_w];
      dx[at_x] += dy.values[at_y] * w.values[at_w];
      dw[at_w] += dy.values[at_y] * x.values[at_x];
    });
  }
};

}  // namespace convtune
