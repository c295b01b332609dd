#include "model/window.hpp"

#include <algorithm>

#include <convtune/error.hpp>

#include "model/attributes.hpp"

namespace convtune {
namespace {

using Wide = __int128;
constexpr std::int64_t largest = std::int64_t{1} << 40;  // sums and products of two stay exact

/// The list as the node says it, or `count` times `unsaid`.
std::vector<std::int64_t> list(const onnx::NodeProto& node, const std::string& name,
                               std::size_t count, std::int64_t unsaid, std::int64_t least) {
  std::vector<std::int64_t> values = integers(node, name);
  if (values.empty()) values.assign(count, unsaid);
  if (values.size() != count)
    throw Error(ErrorCode::bad_input, name + " has " + std::to_string(values.size()) +
                                          " values, expected " + std::to_string(count));
  for (const std::int64_t value : values)
    if (value < least || value > largest)
      throw Error(ErrorCode::bad_input,
                  name + " holds " + std::to_string(value) + ", which is out of range");
  return values;
}

std::int64_t within(Wide value) {
  if (value < -largest || value > largest)
    throw Error(ErrorCode::bad_input, "a size is out of range");
  return static_cast<std::int64_t>(value);
}

}  // namespace

Window Window::of(const onnx::NodeProto& node, int rank, const std::vector<std::int64_t>& filter) {
  const auto count = static_cast<std::size_t>(rank);
  Window window;
  window.rank = rank;
  window.filter = filter.empty() ? list(node, "kernel_shape", count, 1, 1) : filter;
  if (const auto said = integers(node, "kernel_shape"); !said.empty() && said != window.filter)
    throw Error(ErrorCode::bad_input, "kernel_shape differs from the shape of the weights");
  window.strides = list(node, "strides", count, 1, 1);
  window.dilations = list(node, "dilations", count, 1, 1);
  window.pads = list(node, "pads", 2 * count, 0, 0);
  window.output_padding = list(node, "output_padding", count, 0, 0);
  if (!integers(node, "output_shape").empty()) {
    window.output_shape = integers(node, "output_shape");
    // Some exporters say the whole shape.
    if (window.output_shape.size() == count + 2)
      window.output_shape.erase(window.output_shape.begin(), window.output_shape.begin() + 2);
    if (window.output_shape.size() != count)
      throw Error(ErrorCode::bad_input, "output_shape has a wrong number of values");
  }
  window.auto_pad = word(node, "auto_pad", "NOTSET");
  if (window.auto_pad.empty()) window.auto_pad = "NOTSET";
  if (window.auto_pad != "NOTSET" && window.auto_pad != "VALID" &&
      window.auto_pad != "SAME_UPPER" && window.auto_pad != "SAME_LOWER")
    throw Error(ErrorCode::bad_input, "auto_pad is not NOTSET, VALID, SAME_UPPER or SAME_LOWER");
  window.ceil = integer(node, "ceil_mode", 0) != 0;
  return window;
}

Axis Window::axis(std::size_t i, std::int64_t in) const {
  Axis axis = {.in = within(in),
               .filter = within(filter[i]),
               .stride = strides[i],
               .dilation = dilations[i]};
  if (auto_pad == "NOTSET") {
    axis.pad_left = pads[i];
    axis.pad_right = pads[i + static_cast<std::size_t>(rank)];
  } else if (auto_pad != "VALID") {
    const Wide out = (Wide{in} + axis.stride - 1) / axis.stride;
    const Wide reach = Wide{axis.dilation} * (Wide{axis.filter} - 1) + 1;
    const std::int64_t total = within(std::max<Wide>((out - 1) * axis.stride + reach - in, 0));
    axis.pad_left = auto_pad == "SAME_UPPER" ? total / 2 : total - total / 2;
    axis.pad_right = total - axis.pad_left;
  }
  return axis;
}

Axis Window::transposed_axis(std::size_t i, std::int64_t in) const {
  TransposedAxis axis = {.in = within(in),
                         .filter = within(filter[i]),
                         .stride = strides[i],
                         .dilation = dilations[i],
                         .output_padding = output_padding[i]};
  const bool same = auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER";
  if (!output_shape.empty() || same) {
    const Wide reach = Wide{axis.dilation} * (Wide{axis.filter} - 1) + 1;
    const Wide whole = Wide{axis.stride} * (Wide{in} - 1) + reach + axis.output_padding;
    const Wide out = output_shape.empty() ? Wide{in} * axis.stride : Wide{output_shape[i]};
    // Where even no padding gives less, the rest is written by nobody.
    const std::int64_t total = within(std::max<Wide>(whole - out, 0));
    axis.output_padding = within(axis.output_padding + std::max<Wide>(out - whole, 0));
    axis.pad_left = auto_pad == "SAME_UPPER" ? total / 2 : total - total / 2;
    axis.pad_right = total - axis.pad_left;
  } else if (auto_pad == "NOTSET") {
    axis.pad_left = pads[i];
    axis.pad_right = pads[i + static_cast<std::size_t>(rank)];
  }
  return forward_axis(axis);
}

std::optional<std::int64_t> Window::pooled(std::size_t i, std::int64_t in) const {
  const Axis one = axis(i, in);
  const Wide reach = Wide{one.dilation} * (Wide{one.filter} - 1) + 1;
  const Wide padded = Wide{one.pad_left} + one.in + one.pad_right;
  if (one.in < 1 || padded < reach) return std::nullopt;
  Wide steps = (padded - reach) / one.stride;
  // A last window that is cut off counts if it begins within the input or its left padding.
  if (ceil && (padded - reach) % one.stride != 0 &&
      (steps + 1) * one.stride < Wide{one.in} + one.pad_left)
    ++steps;
  return within(steps + 1);
}

}  // namespace convtune
