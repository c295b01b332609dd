// What we know about operators by ourselves.
#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "model/attributes.hpp"
#include "model/step.hpp"
#include "model/window.hpp"

namespace convtune {
namespace {

using Rule = bool (*)(Step&);

/// The first output has the type of an input, and no shape yet.
Value& begun(Step& step, std::size_t input) {
  Value& output = step.outputs[0];
  output.type.Clear();
  output.type.mutable_tensor_type()->set_elem_type(step.inputs[input]->element_type());
  return output;
}

bool same_as(Step& step, std::size_t input) {
  if (!step.has(input) || step.outputs.empty()) return false;
  step.outputs[0].type = step.inputs[input]->type;
  return true;
}
bool same(Step& step) {
  return same_as(step, 0);
}

Dimension joined(const Dimension& a, const Dimension& b) {
  if (size_of(a) == 1) return b;
  if (size_of(b) == 1) return a;
  if (size_of(a)) return a;  // the other one is as large, or the model is wrong
  if (size_of(b)) return b;
  return a.dim_param() == b.dim_param() ? a : Dimension();
}

bool broadcast_of(Step& step, std::size_t first, std::size_t second) {
  const Dimensions *const a = step.shape(first), *const b = step.shape(second);
  if (step.outputs.empty() || a == nullptr || b == nullptr) return false;
  Dimensions shape;
  const int rank = std::max(a->dim_size(), b->dim_size());
  for (int i = 0; i < rank; ++i) {
    const int in_a = i - (rank - a->dim_size()), in_b = i - (rank - b->dim_size());
    *shape.add_dim() = in_a < 0   ? b->dim(in_b)
                       : in_b < 0 ? a->dim(in_a)
                                  : joined(a->dim(in_a), b->dim(in_b));
  }
  begun(step, first).mutable_shape() = shape;
  return true;
}
bool broadcast(Step& step) {
  return broadcast_of(step, 0, 1);
}

/// Of ONNX Runtime: a, its scale and zero point, then b.
bool quantised_broadcast(Step& step) {
  return broadcast_of(step, 0, 3);
}

/// `axes` as an attribute or an input; all of them where they are left out; nullopt: not known.
std::optional<std::vector<std::int64_t>> axes_of(const Step& step, std::size_t input, int rank) {
  std::vector<std::int64_t> axes = integers(step.node, "axes");
  if (step.has(input)) {
    if (step.known(input) == nullptr) return std::nullopt;
    for (const Dimension& axis : step.known(input)->dim()) axes.push_back(axis.dim_value());
  }
  for (std::int64_t& axis : axes) {
    if (axis < 0) axis += rank;
    if (axis < 0 || axis >= rank) return std::nullopt;
  }
  return axes;
}

bool pad(Step& step) {
  const Dimensions* const shape = step.shape(0);
  if (step.outputs.empty() || shape == nullptr) return false;
  const int rank = shape->dim_size();
  auto axes = axes_of(step, 3, rank);
  std::vector<std::int64_t> pads = integers(step.node, "pads");
  if (pads.empty()) pads = integers(step.node, "paddings");
  if (pads.empty() && step.known(1) != nullptr)
    for (const Dimension& dimension : step.known(1)->dim()) pads.push_back(dimension.dim_value());
  if (axes && axes->empty())
    for (int i = 0; i < rank; ++i) axes->push_back(i);
  Dimensions out = *shape;
  if (!axes || pads.size() != 2 * axes->size()) {
    for (Dimension& dimension : *out.mutable_dim()) dimension.Clear();
  } else {
    for (std::size_t i = 0; i < axes->size(); ++i) {
      Dimension& dimension = *out.mutable_dim(static_cast<int>((*axes)[i]));
      const auto size = size_of(dimension);
      std::int64_t sum = 0;
      const bool fits = size && !__builtin_add_overflow(pads[i], pads[i + axes->size()], &sum) &&
                        !__builtin_add_overflow(sum, *size, &sum) && sum >= 0;
      if (pads[i] == 0 && pads[i + axes->size()] == 0) continue;
      dimension.Clear();
      if (fits) dimension.set_dim_value(sum);
    }
  }
  begun(step, 0).mutable_shape() = out;
  return true;
}

bool reduce(Step& step) {
  const Dimensions* const shape = step.shape(0);
  if (step.outputs.empty() || shape == nullptr) return false;
  const auto axes = axes_of(step, 1, shape->dim_size());
  if (!axes) return false;
  const bool keep = integer(step.node, "keepdims", 1) != 0;
  if (axes->empty() && integer(step.node, "noop_with_empty_axes", 0) != 0) return same(step);
  Dimensions out;
  for (int i = 0; i < shape->dim_size(); ++i) {
    const bool reduced = axes->empty() || std::ranges::count(*axes, i) > 0;
    if (!reduced)
      *out.add_dim() = shape->dim(i);
    else if (keep)
      out.add_dim()->set_dim_value(1);
  }
  begun(step, 0).mutable_shape() = out;
  return true;
}

std::vector<double> numbers_of(const onnx::TensorProto* tensor) {
  if (tensor == nullptr || tensor->data_type() != onnx::TensorProto::FLOAT) return {};
  if (tensor->float_data_size() > 0)
    return {tensor->float_data().begin(), tensor->float_data().end()};
  std::vector<double> numbers;
  const std::string& raw = tensor->raw_data();
  for (std::size_t at = 0; at + sizeof(float) <= raw.size(); at += sizeof(float)) {
    float number = 0;
    std::copy_n(raw.data() + at, sizeof number, reinterpret_cast<char*>(&number));
    numbers.push_back(number);
  }
  return numbers;
}

/// Resize (X, roi, scales, sizes), of version 10 and Upsample: (X, scales), or an attribute.
bool resize(Step& step) {
  const Dimensions* const shape = step.shape(0);
  if (step.outputs.empty() || shape == nullptr) return false;
  if (word(step.node, "keep_aspect_ratio_policy", "stretch") != "stretch") return false;
  auto axes = axes_of(step, 99, shape->dim_size());
  if (!axes) return false;
  if (axes->empty())
    for (int i = 0; i < shape->dim_size(); ++i) axes->push_back(i);
  std::vector<double> scales;
  if (const auto* const said = attribute(step.node, "scales"))
    scales.assign(said->floats().begin(), said->floats().end());
  const std::size_t place = step.inputs.size() > 2 ? 2 : 1;
  if (step.has(place)) scales = numbers_of(step.inputs[place]->contents);

  Dimensions out = *shape;
  const Dimensions* const sizes = step.known(3);
  for (std::size_t i = 0; i < axes->size(); ++i) {
    Dimension& dimension = *out.mutable_dim(static_cast<int>((*axes)[i]));
    if (sizes != nullptr && static_cast<std::size_t>(sizes->dim_size()) == axes->size()) {
      dimension = sizes->dim(static_cast<int>(i));
    } else if (const auto size = size_of(dimension); scales.size() == axes->size()) {
      if (scales[i] == 1.0) continue;
      dimension.Clear();
      const double scaled = size ? std::floor(static_cast<double>(*size) * scales[i]) : -1;
      if (scaled >= 0 && scaled < 1e15) dimension.set_dim_value(static_cast<std::int64_t>(scaled));
    } else {
      dimension.Clear();
    }
  }
  begun(step, 0).mutable_shape() = out;
  return true;
}

bool split(Step& step) {
  const Dimensions* const shape = step.shape(0);
  if (shape == nullptr || step.outputs.empty()) return false;
  std::int64_t axis = integer(step.node, "axis", 0);
  if (axis < 0) axis += shape->dim_size();
  if (axis < 0 || axis >= shape->dim_size()) return false;
  const auto count = static_cast<std::int64_t>(step.outputs.size());
  const auto size = size_of(shape->dim(static_cast<int>(axis)));
  std::vector<std::int64_t> parts = integers(step.node, "split");
  if (step.known(1) != nullptr)
    for (const Dimension& part : step.known(1)->dim()) parts.push_back(part.dim_value());
  else if (step.has(1))
    return false;
  if (parts.empty() && size) {
    const std::int64_t each = (*size + count - 1) / count;
    for (std::int64_t rest = *size, i = 0; i < count; ++i, rest -= each)
      parts.push_back(std::clamp<std::int64_t>(rest, 0, each));
  }
  for (std::size_t i = 0; i < step.outputs.size(); ++i) {
    onnx::TypeProto type = step.inputs[0]->type;
    Dimension& part =
        *type.mutable_tensor_type()->mutable_shape()->mutable_dim(static_cast<int>(axis));
    part.Clear();
    if (i < parts.size() && parts[i] >= 0) part.set_dim_value(parts[i]);
    step.outputs[i].type = type;
  }
  return true;
}

bool pool_of(Step& step, bool global) {
  const Dimensions* const shape = step.shape(0);
  if (step.outputs.empty() || shape == nullptr || shape->dim_size() < 3) return false;
  const bool last = integer(step.node, "channels_last", 0) != 0;
  const int rank = shape->dim_size() - 2;
  Dimensions out = *shape;
  const Window window = global ? Window() : Window::of(step.node, rank, {});
  for (int i = 0; i < rank; ++i) {
    Dimension& dimension = *out.mutable_dim(i + (last ? 1 : 2));
    const auto in = size_of(dimension);
    dimension.Clear();
    const auto size = global ? std::optional<std::int64_t>(1)
                      : in   ? window.pooled(static_cast<std::size_t>(i), *in)
                             : std::nullopt;
    if (size) dimension.set_dim_value(*size);
  }
  begun(step, 0).mutable_shape() = out;
  if (step.outputs.size() > 1) {  // where the greatest stood
    step.outputs[1].type = step.outputs[0].type;
    step.outputs[1].type.mutable_tensor_type()->set_elem_type(onnx::TensorProto::INT64);
  }
  return true;
}
bool pool(Step& step) {
  return pool_of(step, false);
}
bool global_pool(Step& step) {
  return pool_of(step, true);
}

/// Of ONNX Runtime: the result's scale and zero point, then every tensor with its own.
bool quantised_concat(Step& step) {
  if (step.outputs.empty() || step.shape(2) == nullptr) return false;
  Dimensions out = *step.shape(2);
  std::int64_t axis = integer(step.node, "axis", 0);
  if (axis < 0) axis += out.dim_size();
  if (axis < 0 || axis >= out.dim_size()) return false;
  Dimension& along = *out.mutable_dim(static_cast<int>(axis));
  for (std::size_t i = 5; i < step.inputs.size(); i += 3) {
    const Dimensions* const shape = step.shape(i);
    const auto more = shape != nullptr && axis < shape->dim_size()
                          ? size_of(shape->dim(static_cast<int>(axis)))
                          : std::nullopt;
    const auto size = size_of(along);
    std::int64_t sum = 0;
    along.Clear();
    if (more && size && !__builtin_add_overflow(*size, *more, &sum)) along.set_dim_value(sum);
  }
  begun(step, 2).mutable_shape() = out;
  return true;
}

bool quantised(Step& step) {
  if (!same(step) || !step.has(2)) return false;
  step.outputs[0].type.mutable_tensor_type()->set_elem_type(step.inputs[2]->element_type());
  return true;
}

bool dequantised(Step& step) {
  if (!same(step) || !step.has(1)) return false;
  step.outputs[0].type.mutable_tensor_type()->set_elem_type(step.inputs[1]->element_type());
  return true;
}

bool cast(Step& step) {
  if (!same(step)) return false;
  step.outputs[0].type.mutable_tensor_type()->set_elem_type(
      static_cast<std::int32_t>(integer(step.node, "to", onnx::TensorProto::UNDEFINED)));
  return true;
}

/// Asked before the library: it knows these in an older version, or divides by what a node says.
const std::unordered_map<std::string, Rule> first_rules = {
    {"Pad", pad},
    {"Split", split},
    {"Resize", resize},
    {"Upsample", resize},
    {"MaxPool", pool},
    {"AveragePool", pool},
    {"LpPool", pool},
    {"QLinearAveragePool", pool},
    {"GlobalMaxPool", global_pool},
    {"GlobalAveragePool", global_pool},
    {"GlobalLpPool", global_pool},
    {"QLinearGlobalAveragePool", global_pool},
    {"QLinearConcat", quantised_concat},
    {"QLinearAdd", quantised_broadcast},
    {"QLinearMul", quantised_broadcast},
    {"QuantizeLinear", quantised},
    {"DequantizeLinear", dequantised},
    {"Cast", cast}};

/// Element by element, or over an axis that stays.
const std::unordered_set<std::string> same_shape = {"Abs",
                                                    "BatchNormalization",
                                                    "BiasGelu",
                                                    "Celu",
                                                    "Clip",
                                                    "Dropout",
                                                    "Elu",
                                                    "Erf",
                                                    "Exp",
                                                    "FastGelu",
                                                    "Gelu",
                                                    "GroupNorm",
                                                    "GroupNormalization",
                                                    "HardSigmoid",
                                                    "HardSwish",
                                                    "Identity",
                                                    "InstanceNormalization",
                                                    "LayerNormalization",
                                                    "LeakyRelu",
                                                    "Log",
                                                    "LogSoftmax",
                                                    "LRN",
                                                    "LpNormalization",
                                                    "Mish",
                                                    "Neg",
                                                    "PRelu",
                                                    "QLinearLeakyRelu",
                                                    "QLinearSigmoid",
                                                    "QLinearSoftmax",
                                                    "QuickGelu",
                                                    "RMSNormalization",
                                                    "Reciprocal",
                                                    "Relu",
                                                    "Selu",
                                                    "Sigmoid",
                                                    "SimplifiedLayerNormalization",
                                                    "SkipGroupNorm",
                                                    "SkipLayerNormalization",
                                                    "SkipSimplifiedLayerNormalization",
                                                    "Softmax",
                                                    "Softplus",
                                                    "Softsign",
                                                    "Sqrt",
                                                    "Swish",
                                                    "Tanh",
                                                    "ThresholdedRelu",
                                                    "BitwiseNot",
                                                    "CastLike",
                                                    "CumSum",
                                                    "CumProd",
                                                    "Swish",
                                                    "Silu",
                                                    "ScatterND",
                                                    "ScatterElements",
                                                    "TensorScatter",
                                                    "RotaryEmbedding"};

const std::unordered_set<std::string> broadcasting = {
    "Add", "Sub", "Mul", "Div", "Pow", "Mod", "BitwiseAnd", "BitwiseOr", "BitwiseXor"};

}  // namespace

bool infer_by_rule(Step& step) {
  const std::string& name = step.node.op_type();
  if (const auto rule = first_rules.find(name); rule != first_rules.end())
    return rule->second(step);
  if (name.starts_with("Reduce")) return reduce(step);
  return false;
}

bool infer_by_name(Step& step) {
  const std::string& name = step.node.op_type();
  if (same_shape.contains(name)) return same(step);
  return broadcasting.contains(name) && broadcast(step);
}

}  // namespace convtune
