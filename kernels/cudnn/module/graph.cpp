#include "graph.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include <kernels/alignment.hpp>

namespace convtune::cudnn {
namespace {

using Numbers = std::vector<std::int64_t>;

cudnnDataType_t type(DataType type) {
  switch (type) {
    case DataType::f64: return CUDNN_DATA_DOUBLE;
    case DataType::f32: return CUDNN_DATA_FLOAT;
    case DataType::f16: return CUDNN_DATA_HALF;
    case DataType::bf16: return CUDNN_DATA_BFLOAT16;
    case DataType::s8: return CUDNN_DATA_INT8;
    case DataType::u8: return CUDNN_DATA_UINT8;
    case DataType::s32: return CUDNN_DATA_INT32;
  }
  return CUDNN_DATA_FLOAT;
}

// Axis 0 is the outermost and, in memory, axis 1 either the second or the innermost.
Numbers strides(const Numbers& sizes, bool channels_last) {
  Numbers order(sizes.size());
  std::iota(order.begin(), order.end(), 0);
  if (channels_last) std::rotate(order.begin() + 1, order.begin() + 2, order.end());
  Numbers strides(sizes.size());
  std::int64_t stride = 1;
  for (auto axis = order.rbegin(); axis != order.rend(); ++axis) {
    strides[static_cast<std::size_t>(*axis)] = stride;
    stride *= sizes[static_cast<std::size_t>(*axis)];
  }
  return strides;
}

/// A tensor of a graph: the caller's, or one that exists only between two operations.
struct Tensor {
  cudnnDataType_t type;
  Numbers sizes, strides;
  std::int64_t id;
  bool only_between = false;
  std::int64_t alignment = usual_alignment;

  Descriptor descriptor() const {
    Descriptor made(CUDNN_BACKEND_TENSOR_DESCRIPTOR);
    made.set(CUDNN_ATTR_TENSOR_DATA_TYPE, type)
        .set(CUDNN_ATTR_TENSOR_DIMENSIONS, sizes)
        .set(CUDNN_ATTR_TENSOR_STRIDES, strides)
        .set(CUDNN_ATTR_TENSOR_UNIQUE_ID, id)
        .set(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, alignment);
    if (only_between) made.set(CUDNN_ATTR_TENSOR_IS_VIRTUAL, true);
    return made.finalize();
  }
};

std::int64_t bytes(Alignment alignment, DataType type) {
  return static_cast<std::int64_t>(alignment == Alignment::usual ? usual_alignment : size_of(type));
}

Tensor tensor(const ConvProblem& problem, Role role, bool channels_last, Alignment alignment) {
  Numbers sizes = extents(problem, role);
  if (problem->rank == 1) sizes.insert(sizes.begin() + 2, 1);
  return {.type = type(type_of(problem, role)),
          .sizes = sizes,
          .strides = strides(sizes, channels_last),
          .id = tensor_id(role),
          .alignment = bytes(alignment, type_of(problem, role))};
}

// One value a filter, as a tensor of the destination's rank.
Tensor bias_tensor(const ConvProblem& problem, std::size_t rank, Alignment alignment) {
  Numbers sizes(rank, 1);
  sizes[1] = problem->out_channels;
  return {.type = type(type_of(problem, Role::bias)),
          .sizes = sizes,
          .strides = strides(sizes, true),
          .id = tensor_id(Role::bias),
          .alignment = bytes(alignment, type_of(problem, Role::bias))};
}

Descriptor convolution(const ConvProblem& problem) {
  Numbers before, after, strides, dilations;
  if (problem->rank == 1) {
    before = after = {0};
    strides = dilations = {1};
  }
  for (const Axis& axis : problem->axes()) {
    before.push_back(axis.pad_left);
    after.push_back(axis.pad_right);
    strides.push_back(axis.stride);
    dilations.push_back(axis.dilation);
  }
  Descriptor convolution(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
  convolution.set(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, std::ssize(strides))
      .set(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, type(problem->accumulation))
      .set(CUDNN_ATTR_CONVOLUTION_CONV_MODE,
           problem->flip ? CUDNN_CONVOLUTION : CUDNN_CROSS_CORRELATION)
      .set(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, before)
      .set(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, after)
      .set(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, strides)
      .set(CUDNN_ATTR_CONVOLUTION_DILATIONS, dilations)
      .finalize();
  return convolution;
}

/// How an operation names its attributes.
struct Operation {
  cudnnBackendDescriptorType_t type;
  cudnnBackendAttributeName_t alpha, beta, convolution, source, filter, destination;
};

Operation operation(Direction direction) {
  switch (direction) {
    case Direction::forward: break;
    case Direction::backward_data:
      return {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY};
    case Direction::backward_weights:
      return {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY};
  }
  return {CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,
          CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y};
}

}  // namespace

ChannelsLast channels_last(const ConvProblem& problem, bool where_free) {
  ChannelsLast last{};
  for (const Role role : {Role::source, Role::filter, Role::destination}) {
    const Layout layout = layout_of(problem, role);
    last[static_cast<std::size_t>(role)] =
        layout == Layout::any ? where_free : layout == Layout::channels_last;
  }
  return last;
}

Layouts layouts(const ChannelsLast& last) {
  return {.source = last[0] ? "nhwc" : "nchw",
          .filter = last[1] ? "krsc" : "kcrs",
          .destination = last[2] ? "nhwc" : "nchw"};
}

std::string objection(const ConvProblem& problem) {
  if (problem->unshared) return "cuDNN has no locally connected convolution";
  if (elements(problem, Role::source) == 0 || elements(problem, Role::filter) == 0 ||
      elements(problem, Role::destination) == 0)
    return "cuDNN takes no empty tensors";
  for (const Role role : {Role::source, Role::filter, Role::destination})
    if (std::ranges::max(extents(problem, role)) > std::numeric_limits<std::int32_t>::max())
      return "cuDNN takes sizes below 2^31";
  if (problem->direction != Direction::forward && !is_floating(problem->source_type))
    return "cuDNN takes integers forward only";
  if (problem->accumulation == DataType::bf16) return "cuDNN does not sum in bf16";
  if (problem->accumulate && (problem->bias || problem->relu))
    return "cuDNN does not both accumulate and apply a bias or relu";
  return {};
}

namespace {

Descriptor pointwise(cudnnPointwiseMode_t mode, cudnnDataType_t computed_in, const Tensor& from,
                     const Tensor* added, const Tensor& to) {
  Descriptor what(CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
  what.set(CUDNN_ATTR_POINTWISE_MODE, mode)
      .set(CUDNN_ATTR_POINTWISE_MATH_PREC, computed_in)
      .finalize();
  Descriptor operation(CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
  operation.set(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, what)
      .set(CUDNN_ATTR_OPERATION_POINTWISE_XDESC, from.descriptor())
      .set(CUDNN_ATTR_OPERATION_POINTWISE_YDESC, to.descriptor());
  if (added) operation.set(CUDNN_ATTR_OPERATION_POINTWISE_BDESC, added->descriptor());
  return operation.finalize();
}

}  // namespace

Descriptor graph(const ConvProblem& problem, const ChannelsLast& last, Alignment alignment) {
  const Tensor source = tensor(problem, Role::source, last[0], alignment),
               filter = tensor(problem, Role::filter, last[1], alignment),
               destination = tensor(problem, Role::destination, last[2], alignment);
  const cudnnDataType_t computed_in = type(problem->accumulation);
  // What an operation writes, in the accumulation type as long as another one follows.
  std::int64_t next_id = tensor_id(Role::bias) + 1;
  const auto written = [&](bool is_last) {
    Tensor between = destination;
    if (is_last) return between;
    between.type = computed_in;
    between.id = next_id++;
    between.only_between = true;
    between.alignment = usual_alignment;
    return between;
  };

  std::vector<Descriptor> operations;
  Tensor result = written(!problem->bias && !problem->relu);
  const Operation names = operation(problem->direction);
  operations.emplace_back(names.type)
      .set(names.alpha, 1.0)
      .set(names.beta, problem->accumulate ? 1.0 : 0.0)
      .set(names.convolution, convolution(problem))
      .set(names.source, source.descriptor())
      .set(names.filter, filter.descriptor())
      .set(names.destination, result.descriptor())
      .finalize();
  if (problem->bias) {
    const Tensor bias = bias_tensor(problem, destination.sizes.size(), alignment);
    const Tensor sum = written(!problem->relu);
    operations.push_back(pointwise(CUDNN_POINTWISE_ADD, computed_in, result, &bias, sum));
    result = sum;
  }
  if (problem->relu)
    operations.push_back(
        pointwise(CUDNN_POINTWISE_RELU_FWD, computed_in, result, nullptr, destination));
  Descriptor graph(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
  graph.set(CUDNN_ATTR_OPERATIONGRAPH_OPS, operations).finalize();
  return graph;
}

Descriptor device_properties(const std::string& json) {
  Descriptor properties(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR);
  properties.set(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, json).finalize();
  return properties;
}

}  // namespace convtune::cudnn
