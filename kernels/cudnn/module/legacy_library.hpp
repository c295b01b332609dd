#pragma once

#include <string>

#include <cudnn_cnn.h>

namespace convtune::cudnn {

/// The functions of cuDNN's legacy convolution interface that we call, as the opened library has
/// them. Those that take a handle end the process when it is null.
struct LegacyFunctions {
  decltype(&cudnnCreate) create = nullptr;
  decltype(&cudnnDestroy) destroy = nullptr;
  decltype(&cudnnSetStream) set_stream = nullptr;

  decltype(&cudnnCreateTensorDescriptor) create_tensor = nullptr;
  decltype(&cudnnDestroyTensorDescriptor) destroy_tensor = nullptr;
  decltype(&cudnnSetTensorNdDescriptorEx) set_tensor = nullptr;
  decltype(&cudnnCreateFilterDescriptor) create_filter = nullptr;
  decltype(&cudnnDestroyFilterDescriptor) destroy_filter = nullptr;
  decltype(&cudnnSetFilterNdDescriptor) set_filter = nullptr;
  decltype(&cudnnCreateConvolutionDescriptor) create_convolution = nullptr;
  decltype(&cudnnDestroyConvolutionDescriptor) destroy_convolution = nullptr;
  decltype(&cudnnSetConvolutionNdDescriptor) set_convolution = nullptr;
  decltype(&cudnnSetConvolutionMathType) set_math_type = nullptr;
  decltype(&cudnnSetConvolutionGroupCount) set_groups = nullptr;
  decltype(&cudnnGetConvolutionNdForwardOutputDim) output_sizes = nullptr;

  decltype(&cudnnGetConvolutionForwardWorkspaceSize) forward_workspace = nullptr;
  decltype(&cudnnGetConvolutionForwardAlgorithm_v7) forward_heuristic = nullptr;
  decltype(&cudnnFindConvolutionForwardAlgorithmEx) forward_search = nullptr;
  decltype(&cudnnConvolutionForward) forward = nullptr;
  decltype(&cudnnGetConvolutionBackwardDataWorkspaceSize) data_workspace = nullptr;
  decltype(&cudnnGetConvolutionBackwardDataAlgorithm_v7) data_heuristic = nullptr;
  decltype(&cudnnFindConvolutionBackwardDataAlgorithmEx) data_search = nullptr;
  decltype(&cudnnConvolutionBackwardData) backward_data = nullptr;
  decltype(&cudnnGetConvolutionBackwardFilterWorkspaceSize) filter_workspace = nullptr;
  decltype(&cudnnGetConvolutionBackwardFilterAlgorithm_v7) filter_heuristic = nullptr;
  decltype(&cudnnFindConvolutionBackwardFilterAlgorithmEx) filter_search = nullptr;
  decltype(&cudnnConvolutionBackwardFilter) backward_filter = nullptr;
};

struct LegacyLibrary {
  LegacyFunctions call;
  std::string problem;  ///< why it is not usable, one sentence; empty: it is
};

/// That part of library(). Needs neither a GPU nor a driver.
const LegacyLibrary& legacy_library();

}  // namespace convtune::cudnn
