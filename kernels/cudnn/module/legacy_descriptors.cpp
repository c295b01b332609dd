#include "legacy_descriptors.hpp"

#include <algorithm>

#include "descriptor.hpp"

namespace convtune::cudnn {
namespace {

void require(cudnnStatus_t status) {
  if (status != CUDNN_STATUS_SUCCESS) throw Failure(status, description(status));
}

cudnnDataType_t data_type(DataType type) {
  switch (type) {
    case DataType::f16: return CUDNN_DATA_HALF;
    case DataType::f64: return CUDNN_DATA_DOUBLE;
    default: return CUDNN_DATA_FLOAT;
  }
}

cudnnTensorFormat_t format(const ConvProblem& problem, Role role) {
  return layout_of(problem, role) == Layout::channels_last ? CUDNN_TENSOR_NHWC : CUDNN_TENSOR_NCHW;
}

std::vector<int> sizes_of(const ConvProblem& problem, Role role) {
  std::vector<int> sizes;
  for (const std::int64_t size : extents(problem, role)) sizes.push_back(static_cast<int>(size));
  if (problem->rank == 1) sizes.insert(sizes.begin() + 2, 1);
  return sizes;
}

/// One number of each axis, 1-D with a first axis on which nothing happens.
std::vector<int> along_axes(const ConvProblem& problem, std::int64_t Axis::* number, int nothing) {
  std::vector<int> all;
  if (problem->rank == 1) all.push_back(nothing);
  for (const Axis& axis : problem->axes()) all.push_back(static_cast<int>(axis.*number));
  return all;
}

template <typename Handle>
auto owned(cudnnStatus_t (*create)(Handle*), cudnnStatus_t (*destroy)(Handle)) {
  Handle made = nullptr;
  require(create(&made));
  return std::unique_ptr<std::remove_pointer_t<Handle>, cudnnStatus_t (*)(Handle)>(made, destroy);
}

}  // namespace

LegacyDescriptors::Owned<cudnnTensorDescriptor_t> LegacyDescriptors::tensor(
    const ConvProblem& problem, Role role) const {
  auto made = owned(call_.create_tensor, call_.destroy_tensor);
  require(call_.set_tensor(made.get(), format(problem, role), data_type(type_of(problem, role)),
                           dimensions_, sizes_of(problem, role).data()));
  return made;
}

LegacyDescriptors::LegacyDescriptors(const ConvProblem& problem, cudnnMathType_t math,
                                     const LegacyFunctions& call)
    : call_(call),
      dimensions_(std::max(problem->rank, 2) + 2),
      source_(tensor(problem, Role::source)),
      destination_(tensor(problem, Role::destination)),
      filter_(owned(call.create_filter, call.destroy_filter)),
      convolution_(owned(call.create_convolution, call.destroy_convolution)) {
  require(call.set_filter(filter(), data_type(problem->filter_type), format(problem, Role::filter),
                          dimensions_, sizes_of(problem, Role::filter).data()));
  require(call.set_convolution(
      convolution(), dimensions_ - 2, along_axes(problem, &Axis::pad_left, 0).data(),
      along_axes(problem, &Axis::stride, 1).data(), along_axes(problem, &Axis::dilation, 1).data(),
      problem->flip ? CUDNN_CONVOLUTION : CUDNN_CROSS_CORRELATION,
      data_type(problem->accumulation)));
  require(call.set_groups(convolution(), static_cast<int>(problem->groups)));
  require(call.set_math_type(convolution(), math));
}

std::vector<int> LegacyDescriptors::output_sizes() const {
  std::vector<int> sizes(static_cast<std::size_t>(dimensions_));
  require(call_.output_sizes(convolution(), source(), filter(), dimensions_, sizes.data()));
  return sizes;
}

}  // namespace convtune::cudnn
