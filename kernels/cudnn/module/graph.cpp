#include "graph.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace convtune::cudnn {
namespace {

constexpr std::int64_t alignment = 16;  // bytes; pointers aligned to less are another problem

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

Descriptor tensor(const ConvProblem& problem, Role role, bool channels_last) {
  Numbers sizes = extents(problem, role);
  if (problem->rank == 1) sizes.insert(sizes.begin() + 2, 1);
  Descriptor tensor(CUDNN_BACKEND_TENSOR_DESCRIPTOR);
  tensor.set(CUDNN_ATTR_TENSOR_DATA_TYPE, type(type_of(problem, role)))
      .set(CUDNN_ATTR_TENSOR_DIMENSIONS, sizes)
      .set(CUDNN_ATTR_TENSOR_STRIDES, strides(sizes, channels_last))
      .set(CUDNN_ATTR_TENSOR_UNIQUE_ID, tensor_id(role))
      .set(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, alignment)
      .finalize();
  return tensor;
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
  return {};
}

Descriptor graph(const ConvProblem& problem, const ChannelsLast& last) {
  const Operation names = operation(problem->direction);
  Descriptor operation(names.type);
  operation.set(names.alpha, 1.0)
      .set(names.beta, problem->accumulate ? 1.0 : 0.0)
      .set(names.convolution, convolution(problem))
      .set(names.source, tensor(problem, Role::source, last[0]))
      .set(names.filter, tensor(problem, Role::filter, last[1]))
      .set(names.destination, tensor(problem, Role::destination, last[2]))
      .finalize();
  Descriptor graph(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
  graph.set(CUDNN_ATTR_OPERATIONGRAPH_OPS, operation).finalize();
  return graph;
}

Descriptor device_properties(const std::string& json) {
  Descriptor properties(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR);
  properties.set(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, json).finalize();
  return properties;
}

}  // namespace convtune::cudnn
