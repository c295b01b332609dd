// What Theano's dnn functions are asked, as problems.
#include "dnn_call.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <convtune/conv_shapes.hpp>
#include <convtune/error.hpp>

namespace convtune {
namespace {

using Dims = std::vector<std::int64_t>;

[[noreturn]] void refuse(const std::string& sentence) {
  throw Error(ErrorCode::bad_input, sentence);
}

void check_tensor(const ConstTensorView& view, const std::string& called, int rank) {
  check(view, called);
  if (view.dims.size() != static_cast<std::size_t>(rank) + 2)
    refuse(fmt::format("{} has the extents {}; expected {} of them.", called, text(view.dims),
                       rank + 2));
  if (!is_floating(view.type))
    refuse(fmt::format("{} is of type {}; expected a floating type.", called, name(view.type)));
}

void check_extents(const ConstTensorView& view, const std::string& called, const Dims& expected) {
  if (view.dims != expected)
    refuse(fmt::format("{} has the extents {}; expected {}, which is what this convolution makes.",
                       called, text(view.dims), text(expected)));
}

/// What both types convert to without loss.
DataType common_type(DataType a, DataType b) {
  if (a == b) return a;
  return a == DataType::f64 || b == DataType::f64 ? DataType::f64 : DataType::f32;
}

DataType accumulation(PrecisionRule rule, DataType common) {
  switch (rule) {
    case PrecisionRule::as_input_f32: return usual_accumulation(common);
    case PrecisionRule::as_input: return common;
    case PrecisionRule::float16: return DataType::f16;
    case PrecisionRule::float32: return DataType::f32;
    default: return DataType::f64;
  }
}

/// Of a problem whose direction is set, from the inputs `a` and `b`.
void set_types(ConvShape& shape, const ConstTensorView& a, const ConstTensorView& b,
               const TensorView& result, const DnnOptions& options) {
  const DataType common = common_type(a.type, b.type);
  if (result.type != common)
    refuse(fmt::format("The result is of type {}; expected {}, which {} and {} share.",
                       name(result.type), name(common), name(a.type), name(b.type)));
  shape.source_type = shape.filter_type = shape.destination_type = common;
  shape.accumulation = accumulation(options.precision.value_or(defaults().precision), common);
  if (shape.direction != Direction::forward && size_of(shape.accumulation) < size_of(DataType::f32))
    refuse(
        fmt::format("The gradient was to add up in {}; expected float32 or float64, as Theano "
                    "disabled what loses more.",
                    name(shape.accumulation)));
}

ConvShape shape_of(const Dims& image, const Dims& kernel, const DnnOptions& options,
                   Direction direction) {
  ConvShape shape = conv_shape(image, kernel,
                               {.border = options.border_mode,
                                .subsample = options.subsample,
                                .dilation = options.dilation,
                                .groups = options.num_groups,
                                .flip = options.conv_mode == ConvMode::conv});
  shape.direction = direction;
  return shape;
}

bool ones(const Dims& numbers) {
  return std::ranges::all_of(numbers, [](std::int64_t number) { return number == 1; });
}

Dims exchanged_dims(Dims dims) {
  std::swap(dims[0], dims[1]);
  return dims;
}

/// The output is the gradient with respect to the weights of a correlation whose images are the
/// channels of this one.
DnnCall as_weight_gradient(const ConstTensorView& img, const ConstTensorView& kerns,
                           const TensorView& result, const DnnOptions& options) {
  ConvShape shape =
      conv_shape(exchanged_dims(img.dims), exchanged_dims(result.dims), {.flip = false});
  shape.direction = Direction::backward_weights;
  set_types(shape, img, kerns, result, options);
  const ConstTensorView taps = options.conv_mode == ConvMode::conv ? reversed(kerns, 2) : kerns;
  return {.problem = ConvProblem::make(shape),
          .source = exchanged(img, 0, 1),
          .destination = exchanged(taps, 0, 1),
          .result = exchanged(result, 0, 1)};
}

/// The output is the gradient with respect to the inputs of a valid convolution of the other mode.
DnnCall as_input_gradient(const ConstTensorView& img, const ConstTensorView& kerns,
                          const TensorView& result, const DnnOptions& options) {
  ConvShape shape =
      conv_shape(result.dims, exchanged_dims(kerns.dims),
                 {.dilation = options.dilation, .flip = options.conv_mode != ConvMode::conv});
  shape.direction = Direction::backward_data;
  set_types(shape, img, kerns, result, options);
  return {.problem = ConvProblem::make(shape),
          .filter = exchanged(kerns, 0, 1),
          .destination = img,
          .result = result};
}

/// The gradient that `topgrad` gives to `result`, the image or the kernel; `other` is the other
/// one.
ConvProblem gradient_problem(int rank, const ConstTensorView& other, const std::string& called,
                             const ConstTensorView& topgrad, const TensorView& result,
                             const DnnOptions& options, Direction direction) {
  check_tensor(other, called, rank);
  check_tensor(topgrad, "The top gradient", rank);
  check_tensor(result, "The result", rank);
  const bool of_image = direction == Direction::backward_data;
  const Dims& image = of_image ? result.dims : other.dims;
  const Dims& kernel = of_image ? other.dims : result.dims;
  ConvShape shape = shape_of(image, kernel, options, direction);
  set_types(shape, other, topgrad, result, options);
  const ConvProblem problem = ConvProblem::make(shape);
  check_extents(topgrad, "The top gradient", extents(problem, Role::destination));
  return problem;
}

}  // namespace

DnnCall forward_call(int rank, const ConstTensorView& img, const ConstTensorView& kerns,
                     const TensorView& result, const DnnOptions& options) {
  check_tensor(img, "The image", rank);
  check_tensor(kerns, "The kernel", rank);
  check_tensor(result, "The result", rank);
  ConvShape shape = shape_of(img.dims, kerns.dims, options, Direction::forward);
  set_types(shape, img, kerns, result, options);
  const ConvProblem problem = ConvProblem::make(shape);
  check_extents(result, "The result", extents(problem, Role::destination));

  const bool plain = ones(options.subsample) && options.num_groups == 1;
  const BorderMode::Kind border = options.border_mode.kind();
  if (plain && ones(options.dilation) && border == BorderMode::Kind::valid &&
      options.direction_hint == DirectionHint::bprop_weights)
    return as_weight_gradient(img, kerns, result, options);
  if (plain && border == BorderMode::Kind::full &&
      options.direction_hint != DirectionHint::forward_only)
    return as_input_gradient(img, kerns, result, options);
  return {
      .problem = problem, .source = img, .filter = kerns, .result = result, .policy = options.algo};
}

DnnCall gradinput_call(int rank, const ConstTensorView& kerns, const ConstTensorView& topgrad,
                       const TensorView& result, const DnnOptions& options) {
  return {.problem = gradient_problem(rank, kerns, "The kernel", topgrad, result, options,
                                      Direction::backward_data),
          .filter = kerns,
          .destination = topgrad,
          .result = result,
          .policy = options.algo};
}

DnnCall gradweight_call(int rank, const ConstTensorView& img, const ConstTensorView& topgrad,
                        const TensorView& result, const DnnOptions& options) {
  return {.problem = gradient_problem(rank, img, "The image", topgrad, result, options,
                                      Direction::backward_weights),
          .source = img,
          .destination = topgrad,
          .result = result,
          .policy = options.algo};
}

}  // namespace convtune
