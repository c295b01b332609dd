// The definition of the three convolutions, computed directly. With x padded by zeros,
//   y[n, k, o] = sum over c of the group and taps t of x[n, c, o s + t d - p] w[k, c, t']
// where t' is t, or counted from the other end when flipped; unshared filters are w[k, o, c, t'].
// The gradients are the sums over the same products x w y for a fixed x or a fixed w.
//
// Work goes by rows: elements of the output that differ in the last index only. Everything but
// that index is settled outside the innermost loops, which run over contiguous or evenly strided
// numbers.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <convtune/reference.hpp>

#include "reference_loops.hpp"

namespace convtune {
namespace {

/// Indices [first, end).
struct Range {
  std::int64_t first, end;
};

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}
std::int64_t ceil_divide(std::int64_t a, std::int64_t b) {
  return -floor_divide(-a, b);
}

/// The input index that output 0 reads through tap t; output o reads the one o strides further.
std::int64_t offset(const Axis& axis, std::int64_t tap) {
  return tap * axis.dilation - axis.pad_left;
}

/// The outputs whose input index through `tap` lies in `inputs`.
Range outputs_reading(const Axis& axis, std::int64_t tap, Range inputs) {
  const std::int64_t shift = offset(axis, tap);
  return {std::max<std::int64_t>(0, ceil_divide(inputs.first - shift, axis.stride)),
          std::min(axis.out(), floor_divide(inputs.end - 1 - shift, axis.stride) + 1)};
}

/// The one output that reads input `i` through `tap`; -1 if there is none.
std::int64_t output_reading(const Axis& axis, std::int64_t tap, std::int64_t i) {
  const Range found = outputs_reading(axis, tap, {i, i + 1});
  return found.first < found.end ? found.first : -1;
}

bool inside(const Axis& axis, std::int64_t i) {
  return i >= 0 && i < axis.in;
}

/// Whether every output reads the input at its own index and no other.
bool is_pointwise(const Axis& axis) {
  return axis.filter == 1 && axis.stride == 1 && axis.pad_left == 0 && axis.pad_right == 0;
}

/// Makes one longer axis of two pointwise ones, for longer rows: their elements lie in a line.
void join(Axis& outer, Axis& inner) {
  inner.in *= outer.in;
  outer.in = 1;
}

/// A tap of an outer axis, and the row that it meets in the tensor that is read.
struct Line {
  std::int64_t tap, index;
};

/// A tap of the row's own axis, and the outputs for which it meets an input.
struct Window {
  std::int64_t tap;
  Range outputs;
  std::int64_t shift;  ///< input index of output 0
};

/// Computes rows of one problem. Fewer spatial axes than three: the outer ones have extent 1.
class Rows {
 public:
  Rows(const ConvProblem& problem, const PlainTensors& tensors)
      : shape_(problem.shape()),
        tensors_(tensors),
        channels_(shape_.in_channels / shape_.groups),
        filters_(shape_.out_channels / shape_.groups) {
    Axis* const axes[] = {&d_, &h_, &w_};
    for (std::size_t i = 0; i < shape_.axes().size(); ++i)
      *axes[3 - shape_.axes().size() + i] = shape_.axes()[i];
    if (is_pointwise(w_) && is_pointwise(h_)) {
      join(h_, w_);
      if (is_pointwise(d_)) join(d_, w_);
    }
    depth_ = d_.out();
    height_ = h_.out();
    width_ = w_.out();
  }

  /// Elements of one row.
  std::int64_t length() const {
    switch (shape_.direction) {
      case Direction::forward: return width_;
      case Direction::backward_data: return w_.in;
      case Direction::backward_weights: return w_.filter;
    }
    return 1;
  }

  /// The sums of elements `part` of `row` into value[0..) and magnitude[0..), which hold zeros.
  void sum(std::int64_t row, Range part, double* value, double* magnitude) {
    switch (shape_.direction) {
      case Direction::forward: return forward(row, part, value, magnitude);
      case Direction::backward_data: return backward_data(row, part, value, magnitude);
      case Direction::backward_weights: return backward_weights(row, part, value, magnitude);
    }
  }

  /// The filter number that a row of the destination belongs to.
  std::int64_t filter_of(std::int64_t row) const {
    return row / (depth_ * height_) % shape_.out_channels;
  }

 private:
  void forward(std::int64_t row, Range part, double* value, double* magnitude) {
    const std::int64_t y = row % height_, z = row / height_ % depth_;
    const std::int64_t k = filter_of(row), n = row / (depth_ * height_) / shape_.out_channels;
    const std::int64_t group = k / filters_;
    read_lines(d_, z, depth_lines_);
    read_lines(h_, y, height_lines_);
    meet_windows({0, w_.in}, part);
    const Repeats channels{channels_, d_.in * h_.in * w_.in, d_.filter * h_.filter * w_.filter};
    for (const Line& deep : depth_lines_)
      for (const Line& high : height_lines_) {
        const double* const source = source_row(n, group * channels_, deep.index, high.index);
        for (const auto& [tap, outputs, shift] : windows_)
          loops_.add_rows({value + (outputs.first - part.first), 1},
                          magnitude + (outputs.first - part.first),
                          {source + outputs.first * w_.stride + shift, w_.stride},
                          weights(k, 0, deep.tap, high.tap, tap, y, outputs.first),
                          outputs.end - outputs.first, channels);
      }
  }

  void backward_data(std::int64_t row, Range part, double* value, double* magnitude) {
    const std::int64_t in_y = row % h_.in, in_z = row / h_.in % d_.in;
    const std::int64_t channel = row / (h_.in * d_.in) % shape_.in_channels;
    const std::int64_t n = row / (h_.in * d_.in) / shape_.in_channels;
    const std::int64_t group = channel / channels_, c = channel % channels_;
    reading_lines(d_, in_z, depth_lines_);
    reading_lines(h_, in_y, height_lines_);
    meet_windows(part, {0, width_});
    const std::int64_t k = group * filters_;
    const Repeats filters{filters_, depth_ * height_ * width_, filter_size()};
    for (const Line& deep : depth_lines_)
      for (const Line& high : height_lines_) {
        const double* const destination = destination_row(n, k, deep.index, high.index);
        for (const auto& [tap, outputs, shift] : windows_) {
          const std::int64_t to = outputs.first * w_.stride + shift - part.first;
          loops_.add_rows({value + to, w_.stride}, magnitude + to, {destination + outputs.first, 1},
                          weights(k, c, deep.tap, high.tap, tap, high.index, outputs.first),
                          outputs.end - outputs.first, filters);
        }
      }
  }

  /// The input lines that output `o` reads.
  static void read_lines(const Axis& axis, std::int64_t o, std::vector<Line>& lines) {
    lines.clear();
    for (std::int64_t tap = 0; tap < axis.filter; ++tap)
      if (const std::int64_t i = o * axis.stride + offset(axis, tap); inside(axis, i))
        lines.push_back({tap, i});
  }

  /// The output lines that read input `i`.
  static void reading_lines(const Axis& axis, std::int64_t i, std::vector<Line>& lines) {
    lines.clear();
    for (std::int64_t tap = 0; tap < axis.filter; ++tap)
      if (const std::int64_t o = output_reading(axis, tap, i); o >= 0) lines.push_back({tap, o});
  }

  /// Along the row: for each tap the `outputs` that read `inputs`.
  void meet_windows(Range inputs, Range outputs) {
    windows_.clear();
    for (std::int64_t tap = 0; tap < w_.filter; ++tap) {
      const Range reading = outputs_reading(w_, tap, inputs);
      const Range met = {std::max(reading.first, outputs.first),
                         std::min(reading.end, outputs.end)};
      if (met.first < met.end) windows_.push_back({tap, met, offset(w_, tap)});
    }
  }

  void backward_weights(std::int64_t row, Range part, double* value, double* magnitude) const {
    const std::int64_t th = tap(h_, row % h_.filter), td = tap(d_, row / h_.filter % d_.filter);
    const std::int64_t rest = row / (h_.filter * d_.filter);
    const std::int64_t c = rest % channels_;
    const std::int64_t position = shape_.unshared ? rest / channels_ % (height_ * width_) : 0;
    const std::int64_t k = rest / channels_ / (shape_.unshared ? height_ * width_ : 1);
    for (std::int64_t i = part.first; i < part.end; ++i) {
      const ReferenceValue sum =
          shape_.unshared
              ? weight_gradient_at(k, c, td, th, tap(w_, i), position / width_, position % width_)
              : weight_gradient(k, c, td, th, tap(w_, i));
      value[i - part.first] = sum.value;
      magnitude[i - part.first] = sum.magnitude;
    }
  }

  ReferenceValue weight_gradient(std::int64_t k, std::int64_t c, std::int64_t td, std::int64_t th,
                                 std::int64_t tw) const {
    const Range depths = outputs_reading(d_, td, {0, d_.in});
    const Range heights = outputs_reading(h_, th, {0, h_.in});
    const Range widths = outputs_reading(w_, tw, {0, w_.in});
    double values[dot_lanes] = {}, magnitudes[dot_lanes] = {};
    for (std::int64_t n = 0; n < shape_.batch; ++n)
      for (std::int64_t z = depths.first; z < depths.end; ++z)
        for (std::int64_t y = heights.first; y < heights.end; ++y) {
          const double* const source =
              source_row(n, k / filters_ * channels_ + c, z * d_.stride + offset(d_, td),
                         y * h_.stride + offset(h_, th));
          loops_.add_dot(values, magnitudes, destination_row(n, k, z, y) + widths.first,
                         {source + widths.first * w_.stride + offset(w_, tw), w_.stride},
                         widths.end - widths.first);
        }
    return {std::accumulate(values, values + dot_lanes, 0.0),
            std::accumulate(magnitudes, magnitudes + dot_lanes, 0.0)};
  }

  /// The gradient of an unshared filter, which one output position alone uses.
  ReferenceValue weight_gradient_at(std::int64_t k, std::int64_t c, std::int64_t td,
                                    std::int64_t th, std::int64_t tw, std::int64_t y,
                                    std::int64_t x) const {
    const std::int64_t in_z = offset(d_, td), in_y = y * h_.stride + offset(h_, th);
    const std::int64_t in_x = x * w_.stride + offset(w_, tw);
    ReferenceValue sum;
    if (!inside(h_, in_y) || !inside(w_, in_x)) return sum;
    for (std::int64_t n = 0; n < shape_.batch; ++n) {
      const double product = destination_row(n, k, 0, y)[x] *
                             source_row(n, k / filters_ * channels_ + c, in_z, in_y)[in_x];
      sum.value += product;
      sum.magnitude += std::abs(product);
    }
    return sum;
  }

  /// Where a tap is stored, and the tap that is stored at an index: the map is its own inverse.
  std::int64_t tap(const Axis& axis, std::int64_t t) const {
    return shape_.flip ? axis.filter - 1 - t : t;
  }

  /// The weights of one tap for outputs (y, first), (y, first + 1), ...
  Strided<const double> weights(std::int64_t k, std::int64_t c, std::int64_t td, std::int64_t th,
                                std::int64_t tw, std::int64_t y, std::int64_t first) const {
    const std::int64_t block = channels_ * d_.filter * h_.filter * w_.filter;
    const std::int64_t in_block =
        ((c * d_.filter + tap(d_, td)) * h_.filter + tap(h_, th)) * w_.filter + tap(w_, tw);
    if (!shape_.unshared) return {tensors_.filter + k * block + in_block, 0};
    return {tensors_.filter + ((k * height_ + y) * width_ + first) * block + in_block, block};
  }

  /// From the weights of one filter to those of the next.
  std::int64_t filter_size() const {
    const std::int64_t block = channels_ * d_.filter * h_.filter * w_.filter;
    return shape_.unshared ? block * height_ * width_ : block;
  }

  const double* source_row(std::int64_t n, std::int64_t c, std::int64_t z, std::int64_t y) const {
    return tensors_.source + (((n * shape_.in_channels + c) * d_.in + z) * h_.in + y) * w_.in;
  }

  const double* destination_row(std::int64_t n, std::int64_t k, std::int64_t z,
                                std::int64_t y) const {
    return tensors_.destination +
           (((n * shape_.out_channels + k) * depth_ + z) * height_ + y) * width_;
  }

  const ReferenceLoops& loops_ = all_reference_loops().back();
  const ConvShape& shape_;
  PlainTensors tensors_;
  Axis d_, h_, w_;
  std::int64_t depth_ = 1, height_ = 1, width_ = 1;
  std::int64_t channels_, filters_;               ///< of one group
  std::vector<Line> depth_lines_, height_lines_;  ///< of the row at hand
  std::vector<Window> windows_;
};

const double* output_tensor(const ConvProblem& problem, const PlainTensors& tensors) {
  switch (output_role(problem->direction)) {
    case Role::source: return tensors.source;
    case Role::filter: return tensors.filter;
    default: return tensors.destination;
  }
}

/// Sums that are worked on at a time.
constexpr std::int64_t in_cache = 512;

void add(ReferenceValue& sum, double value) {
  sum.value += value;
  sum.magnitude += std::abs(value);
}

}  // namespace

void reference(const ConvProblem& problem, const PlainTensors& tensors, std::int64_t first,
               std::span<ReferenceValue> values) {
  Rows rows(problem, tensors);
  const double* const old = problem->accumulate ? output_tensor(problem, tensors) : nullptr;
  const std::int64_t end = first + static_cast<std::int64_t>(values.size());
  std::vector<double> value, magnitude;

  for (std::int64_t at = first; at < end;) {
    const std::int64_t row = at / rows.length(), start = row * rows.length();
    const Range part = {at - start, std::min({end - start, rows.length(), at - start + in_cache})};
    const auto count = static_cast<std::size_t>(part.end - part.first);
    value.assign(count, 0);
    magnitude.assign(count, 0);
    rows.sum(row, part, value.data(), magnitude.data());

    for (std::size_t i = 0; i < count; ++i, ++at) {
      ReferenceValue& sum = values[static_cast<std::size_t>(at - first)];
      sum = {value[i], magnitude[i]};
      if (problem->bias) add(sum, tensors.bias[rows.filter_of(row)]);
      if (old) add(sum, old[at]);
      if (problem->relu && sum.value < 0) sum.value = 0;
    }
  }
}

}  // namespace convtune
