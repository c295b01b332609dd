#pragma once

#include <string>

#include <convtune/dnn.hpp>

namespace convtune {

/// A call of dnn_*: the problem that it is, and which tensor plays which part in it. The views are
/// of the shapes that the problem says, whatever their strides and types.
struct DnnCall {
  ConvProblem problem;
  ConstTensorView source = {}, filter = {}, destination = {};  ///< the inputs; one is not used
  TensorView result = {};
  std::string policy = {};  ///< empty: that of Defaults for the problem's direction
};

/// All checks are done here; throws Error(bad_input). `rank`: spatial axes.
DnnCall forward_call(int rank, const ConstTensorView& img, const ConstTensorView& kerns,
                     const TensorView& result, const DnnOptions& options);
DnnCall gradinput_call(int rank, const ConstTensorView& kerns, const ConstTensorView& topgrad,
                       const TensorView& result, const DnnOptions& options);
DnnCall gradweight_call(int rank, const ConstTensorView& img, const ConstTensorView& topgrad,
                        const TensorView& result, const DnnOptions& options);

/// result = alpha conv + beta result.
void run(const DnnCall& call, double alpha, double beta, Convolution& convolution);

}  // namespace convtune
