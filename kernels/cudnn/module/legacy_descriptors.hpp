#pragma once

#include <memory>
#include <type_traits>
#include <vector>

#include <convtune/problem.hpp>

#include "legacy_library.hpp"

namespace convtune::cudnn {

/// A problem as the legacy interface is told it: tensors (1-D with an axis of one row, `any` layout
/// as channels first), and the convolution with one padding an axis. Of problems without a
/// legacy_objection. Throws Failure. Needs no GPU.
class LegacyDescriptors {
 public:
  LegacyDescriptors(const ConvProblem& problem, cudnnMathType_t math, const LegacyFunctions& call);

  cudnnTensorDescriptor_t source() const { return source_.get(); }
  cudnnTensorDescriptor_t destination() const { return destination_.get(); }
  cudnnFilterDescriptor_t filter() const { return filter_.get(); }
  cudnnConvolutionDescriptor_t convolution() const { return convolution_.get(); }

  /// What cuDNN counts as the extents of the destination.
  std::vector<int> output_sizes() const;

 private:
  template <typename Handle>
  using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, cudnnStatus_t (*)(Handle)>;

  Owned<cudnnTensorDescriptor_t> tensor(const ConvProblem& problem, Role role) const;

  LegacyFunctions call_;
  int dimensions_;
  Owned<cudnnTensorDescriptor_t> source_, destination_;
  Owned<cudnnFilterDescriptor_t> filter_;
  Owned<cudnnConvolutionDescriptor_t> convolution_;
};

}  // namespace convtune::cudnn
