#include "model/convolution.hpp"

#include <algorithm>

#include <convtune/problem_list.hpp>

#include "model/attributes.hpp"
#include "model/step.hpp"
#include "model/window.hpp"

namespace convtune {
namespace {

/// Where an operator has what; -1: it has none.
struct Operator {
  std::string_view name;
  int source = 0, filter = 1, bias = 2, added = -1, result_zero = -1;
  bool transposed = false, channels_last = false;
};

constexpr Operator operators[] = {{.name = "Conv"},
                                  {.name = "ConvTranspose", .transposed = true},
                                  {.name = "FusedConv", .added = 3},
                                  {.name = "NhwcFusedConv", .added = 3, .channels_last = true},
                                  {.name = "QLinearConv", .filter = 3, .bias = 8, .result_zero = 7},
                                  {.name = "ConvInteger", .bias = -1}};

/// ONNX's own and those of its runtime.
const Operator* operator_of(const onnx::NodeProto& node) {
  const std::string& domain = node.domain();
  if (!domain.empty() && domain != "ai.onnx" && domain != "com.microsoft") return nullptr;
  const auto* const found = std::ranges::find(operators, node.op_type(), &Operator::name);
  return found == std::end(operators) ? nullptr : found;
}

std::optional<DataType> data_type_of(std::int32_t type) {
  switch (type) {
    case onnx::TensorProto::DOUBLE: return DataType::f64;
    case onnx::TensorProto::FLOAT: return DataType::f32;
    case onnx::TensorProto::FLOAT16: return DataType::f16;
    case onnx::TensorProto::BFLOAT16: return DataType::bf16;
    case onnx::TensorProto::INT8: return DataType::s8;
    case onnx::TensorProto::UINT8: return DataType::u8;
    case onnx::TensorProto::INT32: return DataType::s32;
    default: return std::nullopt;
  }
}

struct Missing {
  std::string what;
};

std::string open_dimensions(const Dimensions& shape) {
  std::string hint;
  for (const Dimension& dimension : shape.dim())
    if (dimension.has_dim_param() && !dimension.dim_param().empty() &&
        hint.find("--dim " + dimension.dim_param() + "=") == std::string::npos)
      hint += (hint.empty() ? "say " : " ") + ("--dim " + dimension.dim_param()) + "=SIZE";
  return hint;
}

std::string not_known(const char* what, const Value* value) {
  if (value == nullptr) return std::string("it has no ") + what;
  const Dimensions* const shape = value->shape();
  std::string text = std::string("the shape of its ") + what;
  text += shape == nullptr ? " is not known" : " is " + shape_text(*shape);
  if (shape != nullptr && !open_dimensions(*shape).empty())
    return text + ": " + open_dimensions(*shape);
  return value->lost.empty() ? text : text + ", since that is not known behind " + value->lost;
}

class Reading {
 public:
  Reading(Step& step, const Operator& what) : step_(step), operator_(what) {}

  ReadConvolution read() {
    ReadConvolution result;
    try {
      describe();
      result.problem = ConvProblem::make(shape_);
      result.remark = remark_;
    } catch (const Missing& missing) {
      result.missing = missing.what;
    } catch (const Error& error) {
      result.missing = error.what();
    }
    return result;
  }

 private:
  const Value* input(int place) const {
    return place >= 0 && step_.has(static_cast<std::size_t>(place))
               ? step_.inputs[static_cast<std::size_t>(place)]
               : nullptr;
  }

  void describe() {
    const Value* const source = input(operator_.source);
    const Value* const filter = input(operator_.filter);
    const auto weights =
        filter != nullptr && filter->shape() != nullptr ? sizes_of(*filter->shape()) : std::nullopt;
    if (!weights) throw Missing{not_known("weights", filter)};
    if (weights->size() < 3 || weights->size() > 5)
      throw Missing{"weights of " + std::to_string(weights->size()) +
                    " dimensions are those of no convolution of one to three axes"};
    // The weights say how many axes there are and how many channels come out.
    if (source != nullptr && source->shape() != nullptr) take_sizes(*source->shape(), *weights);
    if (!complete_) throw Missing{not_known("source", source)};
    take_types(*source, *filter);
    shape_.constant_weights = filter->constant;
    take_epilogue();
  }

  void take_sizes(const Dimensions& source, const std::vector<std::int64_t>& weights) {
    const auto rank = static_cast<int>(weights.size()) - 2;
    if (source.dim_size() != rank + 2)
      throw Missing{"its source " + shape_text(source) + " has not as many dimensions as its " +
                    "weights"};
    const bool last = operator_.channels_last || integer(step_.node, "channels_last", 0) != 0;
    const Window window =
        Window::of(step_.node, rank, std::vector<std::int64_t>(weights.begin() + 2, weights.end()));
    shape_.rank = rank;
    shape_.groups = integer(step_.node, "group", 1);
    if (shape_.groups < 1)
      throw Missing{"its group is " + std::to_string(shape_.groups) + ", expected at least 1"};
    take_channels(weights);
    check_channels(source.dim(last ? rank + 1 : 1));
    if (last) shape_.source_layout = shape_.destination_layout = Layout::channels_last;

    Dimensions out = source;
    out.mutable_dim(last ? rank + 1 : 1)
        ->set_dim_value(operator_.transposed ? shape_.in_channels : shape_.out_channels);
    complete_ = true;
    for (int i = 0; i < rank; ++i)
      take_axis(window, static_cast<std::size_t>(i), *out.mutable_dim(i + (last ? 1 : 2)));
    if (const auto batch = size_of(source.dim(0)))
      shape_.batch = *batch;
    else
      complete_ = false;
    if (!step_.outputs.empty()) step_.outputs[0].mutable_shape() = out;
  }

  /// Filters are [k, c/g, ...], of a transposed one [its source's channels, its result's/g, ...].
  void take_channels(const std::vector<std::int64_t>& weights) {
    std::int64_t inner = 0;
    if (__builtin_mul_overflow(weights[1], shape_.groups, &inner))
      throw Missing{"its channels do not fit 64 bits"};
    shape_.out_channels = weights[0];
    shape_.in_channels = inner;
  }

  void check_channels(const Dimension& source) const {
    const std::int64_t expected = operator_.transposed ? shape_.out_channels : shape_.in_channels;
    if (const auto channels = size_of(source); channels && *channels != expected)
      throw Missing{"its source has " + std::to_string(*channels) +
                    " channels, its weights expect " + std::to_string(expected)};
  }

  void take_axis(const Window& window, std::size_t i, Dimension& dimension) {
    const auto in = size_of(dimension);
    dimension.Clear();
    if (!in) {
      complete_ = false;
      return;
    }
    Axis& axis = shape_.axis[i];
    axis = operator_.transposed ? window.transposed_axis(i, *in) : window.axis(i, *in);
    if (operator_.transposed)
      dimension.set_dim_value(axis.in);
    else if (axis.fits())
      dimension.set_dim_value(axis.out());
  }

  static DataType type(const Value& value, const char* what) {
    const auto found = data_type_of(value.element_type());
    if (found) return *found;
    if (value.element_type() == onnx::TensorProto::UNDEFINED)
      throw Missing{std::string("the type of its ") + what + " is not known" +
                    (value.lost.empty() ? "" : " behind " + value.lost)};
    throw Missing{std::string("convtune has no type for its ") + what + " (number " +
                  std::to_string(value.element_type()) + " of ONNX)"};
  }

  void take_types(const Value& source, const Value& filter) {
    shape_.source_type = type(source, "source");
    shape_.filter_type = type(filter, "weights");
    shape_.destination_type = shape_.source_type;
    if (operator_.name == "ConvInteger") shape_.destination_type = DataType::s32;
    if (const Value* const zero = input(operator_.result_zero))
      shape_.destination_type = type(*zero, "result");
    shape_.accumulation = usual_accumulation(shape_.source_type);
    if (operator_.transposed) {
      std::swap(shape_.source_type, shape_.destination_type);
      shape_.direction = Direction::backward_data;
    }
    if (!step_.outputs.empty())
      step_.outputs[0].type.mutable_tensor_type()->set_elem_type(result_type(source));
  }

  std::int32_t result_type(const Value& source) const {
    if (operator_.name == "ConvInteger") return onnx::TensorProto::INT32;
    const Value* const zero = input(operator_.result_zero);
    return zero != nullptr ? zero->element_type() : source.element_type();
  }

  void take_epilogue() {
    const bool biased = input(operator_.bias) != nullptr;
    if (operator_.transposed)
      remark_ = biased ? "the bias of a ConvTranspose" : "";
    else
      shape_.bias = biased;
    shape_.accumulate = input(operator_.added) != nullptr;
    if (operator_.added < 0) return;
    const std::string activation = word(step_.node, "activation", "");
    shape_.relu = activation == "Relu";
    if (!activation.empty() && !shape_.relu) remark_ = "the activation " + printable(activation);
  }

  Step& step_;
  const Operator& operator_;
  ConvShape shape_;
  std::string remark_;
  bool complete_ = false;
};

}  // namespace

std::optional<ReadConvolution> read_convolution(Step& step) {
  const Operator* const what = operator_of(step.node);
  if (what == nullptr) return std::nullopt;
  // What comes out has the type of what goes in, even where sizes are not known.
  if (!step.outputs.empty() && step.has(static_cast<std::size_t>(what->source)))
    step.outputs[0].type.mutable_tensor_type()->set_elem_type(
        step.inputs[static_cast<std::size_t>(what->source)]->element_type());
  return Reading(step, *what).read();
}

}  // namespace convtune
