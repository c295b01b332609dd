#pragma once

#include <optional>
#include <vector>

#include <convtune/problem.hpp>
#include <convtune/transposed.hpp>

#include "model/values.hpp"

namespace convtune {

/// How windows move along the spatial axes of a Conv, ConvTranspose or pooling node.
struct Window {
  int rank = 0;
  std::vector<std::int64_t> filter, strides, dilations, pads, output_padding, output_shape;
  std::string auto_pad = "NOTSET";
  bool ceil = false;

  /// What `node` says and, for what it leaves out, the usual values. `filter`: extents where they
  /// come from the weights. Throws Error(bad_input) for lists of a wrong length and for values
  /// that are out of range.
  static Window of(const onnx::NodeProto& node, int rank, const std::vector<std::int64_t>& filter);

  /// Axis `i` over an input of that extent, with the padding that auto_pad stands for.
  Axis axis(std::size_t i, std::int64_t in) const;

  /// Axis `i` of a transposed convolution, as the convolution whose gradient it is.
  Axis transposed_axis(std::size_t i, std::int64_t in) const;

  /// What pooling gives along axis `i`; nullopt where the window does not fit.
  std::optional<std::int64_t> pooled(std::size_t i, std::int64_t in) const;
};

}  // namespace convtune
