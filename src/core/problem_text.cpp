// The canonical text of a problem, and the hash of it.
#include <convtune/problem.hpp>

#include "stable_hash.hpp"

namespace convtune {
namespace {

/// "56x56" of what `value` says about each axis.
template <typename Value>
std::string by_axis(const ConvShape& shape, Value value) {
  std::string joined;
  for (const Axis& axis : shape.axes()) joined += (joined.empty() ? "" : "x") + value(axis);
  return joined;
}

std::string by_axis(const ConvShape& shape, std::int64_t Axis::* size) {
  return by_axis(shape, [size](const Axis& axis) { return std::to_string(axis.*size); });
}

std::string padding(const Axis& axis) {
  const std::string left = std::to_string(axis.pad_left);
  return axis.pad_left == axis.pad_right ? left : left + ":" + std::to_string(axis.pad_right);
}

std::string types(const ConvShape& shape) {
  std::string source(name(shape.source_type));
  if (shape.source_type == shape.filter_type && shape.source_type == shape.destination_type)
    return source;
  return source + ":" + std::string(name(shape.filter_type)) + ":" +
         std::string(name(shape.destination_type));
}

std::string layout(Layout layout, const char* first, const char* last) {
  if (layout == Layout::any) return "any";
  return layout == Layout::channels_first ? first : last;
}

std::string layouts(const ConvShape& shape) {
  std::string source = layout(shape.source_layout, "nchw", "nhwc");
  if (shape.source_layout == shape.filter_layout && shape.source_layout == shape.destination_layout)
    return source;
  return source + ":" + layout(shape.filter_layout, "kcrs", "krsc") + ":" +
         layout(shape.destination_layout, "nchw", "nhwc");
}

std::string tails(const ConvShape& shape) {
  std::string tails;
  if (shape.flip) tails += "_flip";
  if (shape.unshared) tails += "_unshared";
  if (shape.constant_weights) tails += "_constw";
  if (shape.accumulation != usual_accumulation(shape.source_type))
    tails += "_acc" + std::string(name(shape.accumulation));
  if (shape.bias) tails += "_bias";
  if (shape.relu) tails += "_relu";
  if (shape.accumulate) tails += "_acc";
  return tails;
}

}  // namespace

std::string text(const ConvProblem& problem) {
  const ConvShape& shape = problem.shape();
  return std::string(name(shape.direction)) + "." + types(shape) + "." + layouts(shape) + "_n" +
         std::to_string(shape.batch) + "c" + std::to_string(shape.in_channels) + "i" +
         by_axis(shape, &Axis::in) + "k" + std::to_string(shape.out_channels) + "f" +
         by_axis(shape, &Axis::filter) + "s" + by_axis(shape, &Axis::stride) + "p" +
         by_axis(shape, padding) + "d" + by_axis(shape, &Axis::dilation) + "g" +
         std::to_string(shape.groups) + tails(shape);
}

std::uint64_t hash(const ConvProblem& problem) {
  StableHash hash;
  hash.add(text(problem));
  return hash.value();
}

}  // namespace convtune
