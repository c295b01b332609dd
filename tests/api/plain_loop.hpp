#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <convtune/conv_shapes.hpp>

namespace convtune {

/// The three convolutions by Theano's definition, product by product:
///   y[n,k,p] = sum over c of the group and taps t of padded x[n,c, p s + d t] w[k,c,t'],
/// t' = t, or the reversed taps with flip. Written for these tests alone; 2-D is 3-D of depth 1.
class PlainLoop {
 public:
  using Shape = std::vector<std::int64_t>;

  PlainLoop(const Shape& image, const Shape& kernel, const ConvParameters& parameters)
      : parameters_(parameters),
        rank_(image.size() - 2),
        batch_(image[0]),
        channels_(image[1]),
        filters_(kernel[0]) {
    const std::size_t spatial = kernel.size() - rank_;
    for (std::size_t i = 0; i < rank_; ++i) {
      const std::size_t at = 3 - rank_ + i;
      in_[at] = image[2 + i];
      taps_[at] = kernel[spatial + i];
      if (!parameters.subsample.empty()) stride_[at] = parameters.subsample[i];
      if (!parameters.dilation.empty()) dilation_[at] = parameters.dilation[i];
    }
    const Shape filter(taps_.end() - static_cast<std::ptrdiff_t>(rank_), taps_.end());
    const Shape dilation(dilation_.end() - static_cast<std::ptrdiff_t>(rank_), dilation_.end());
    const std::vector<Padding> pads = parameters.border.padding(filter, dilation);
    for (std::size_t i = 0; i < rank_; ++i) {
      const std::size_t at = 3 - rank_ + i;
      left_[at] = pads[i].left;
      const std::int64_t room =
          pads[i].left + in_[at] + pads[i].right - (taps_[at] - 1) * dilation_[at] - 1;
      out_[at] = room < 0 ? 0 : room / stride_[at] + 1;
    }
  }

  bool fits() const { return out_[0] > 0 && out_[1] > 0 && out_[2] > 0; }
  Shape output() const {
    Shape shape = {batch_, filters_};
    shape.insert(shape.end(), out_.end() - static_cast<std::ptrdiff_t>(rank_), out_.end());
    return shape;
  }

  /// Calls product(index of x, index of w, index of y) for every product there is.
  template <typename Product>
  void each(Product product) const {
    const std::int64_t groups = parameters_.groups;
    const std::int64_t group_channels = channels_ / groups, group_filters = filters_ / groups;
    for (std::int64_t n = 0; n < batch_; ++n)
      for (std::int64_t k = 0; k < filters_; ++k)
        for (std::int64_t c = 0; c < group_channels; ++c)
          each_position([&](const Index& p) {
            each_tap([&](const Index& t) {
              Index read{}, tap{};
              for (std::size_t i = 0; i < 3; ++i) {
                read[i] = p[i] * stride_[i] + t[i] * dilation_[i] - left_[i];
                if (read[i] < 0 || read[i] >= in_[i]) return;
                tap[i] = parameters_.flip ? taps_[i] - 1 - t[i] : t[i];
              }
              const std::int64_t channel = k / group_filters * group_channels + c;
              std::int64_t weights = k;
              if (parameters_.unshared) weights = flat(k, p, out_);
              product(flat(n * channels_ + channel, read, in_),
                      flat(weights * group_channels + c, tap, taps_),
                      flat(n * filters_ + k, p, out_));
            });
          });
  }

 private:
  using Index = std::array<std::int64_t, 3>;

  static std::int64_t flat(std::int64_t outer, const Index& index, const Index& sizes) {
    return ((outer * sizes[0] + index[0]) * sizes[1] + index[1]) * sizes[2] + index[2];
  }
  template <typename Visit>
  static void each_index(const Index& sizes, Visit visit) {
    for (std::int64_t a = 0; a < sizes[0]; ++a)
      for (std::int64_t b = 0; b < sizes[1]; ++b)
        for (std::int64_t c = 0; c < sizes[2]; ++c) visit(Index{a, b, c});
  }
  template <typename Visit>
  void each_position(Visit visit) const {
    each_index(out_, visit);
  }
  template <typename Visit>
  void each_tap(Visit visit) const {
    each_index(taps_, visit);
  }

  ConvParameters parameters_;
  std::size_t rank_;
  std::int64_t batch_, channels_, filters_;
  Index in_{1, 1, 1}, taps_{1, 1, 1}, out_{1, 1, 1};
  Index stride_{1, 1, 1}, dilation_{1, 1, 1}, left_{};
};

}  // namespace convtune
