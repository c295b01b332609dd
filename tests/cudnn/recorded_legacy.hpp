#pragma once

#include <map>
#include <string>
#include <vector>

#include "legacy.hpp"

namespace convtune::cudnn {

/// What the double below was asked and answers. The functions have no object, so there is one.
struct Recorded {
  std::map<int, std::size_t> workspace;  ///< by algorithm; others are not supported
  std::vector<std::pair<int, cudnnMathType_t>> ranked;
  struct Searched {
    int algorithm = 0;
    cudnnMathType_t math = CUDNN_DEFAULT_MATH;
    float milliseconds = -1;  ///< less than 0: it is not supported
    std::size_t workspace = 0;
  };
  std::vector<Searched> searched;  ///< what cudnnFind says under any math type
  cudnnStatus_t otherwise = CUDNN_STATUS_NOT_SUPPORTED;  ///< of an algorithm without workspace

  struct Call {
    std::string function;
    int algorithm = -1;
    double alpha = 0, beta = 0;
    std::vector<const void*> buffers;  ///< in the order of the function's arguments
    const void* workspace = nullptr;
    std::size_t workspace_bytes = 0;
    const void* stream = nullptr;
  };
  std::vector<Call> calls;
  const void* stream = nullptr;
  bool twice = false;  ///< scalars are f64
};
inline Recorded recorded;

inline cudnnHandle_t no_handle() {
  static int place = 0;
  return reinterpret_cast<cudnnHandle_t>(&place);
}

inline double scalar(const void* value) {
  return recorded.twice ? *static_cast<const double*>(value) : *static_cast<const float*>(value);
}

inline cudnnStatus_t answer(int algorithm, std::size_t* bytes) {
  const auto found = recorded.workspace.find(algorithm);
  if (found == recorded.workspace.end()) return recorded.otherwise;
  *bytes = found->second;
  return CUDNN_STATUS_SUCCESS;
}

template <typename Performance, typename Algorithm>
cudnnStatus_t rank(int most, int* count, Performance* all) {
  *count = 0;
  for (const auto& [algorithm, math] : recorded.ranked)
    if (*count < most) {
      all[*count].algo = static_cast<Algorithm>(algorithm);
      all[*count].mathType = math;
      all[(*count)++].status = CUDNN_STATUS_SUCCESS;
    }
  return CUDNN_STATUS_SUCCESS;
}

inline cudnnStatus_t keep(const char* function, int algorithm, const void* alpha, const void* beta,
                          std::vector<const void*> buffers, const void* workspace,
                          std::size_t bytes) {
  recorded.calls.push_back({function, algorithm, scalar(alpha), scalar(beta), std::move(buffers),
                            workspace, bytes, recorded.stream});
  return CUDNN_STATUS_SUCCESS;
}

template <typename Performance, typename Algorithm>
cudnnStatus_t search(const char* function, std::vector<const void*> buffers, int most, int* count,
                     Performance* all, void* workspace, std::size_t bytes) {
  recorded.calls.push_back(
      {function, -1, 0, 0, std::move(buffers), workspace, bytes, recorded.stream});
  *count = 0;
  for (const Recorded::Searched& each : recorded.searched)
    if (*count < most) {
      Performance& answer = all[(*count)++];
      answer.algo = static_cast<Algorithm>(each.algorithm);
      answer.mathType = each.math;
      answer.time = each.milliseconds;
      answer.memory = each.workspace;
      answer.determinism = CUDNN_DETERMINISTIC;
      answer.status = each.milliseconds < 0 ? CUDNN_STATUS_NOT_SUPPORTED : CUDNN_STATUS_SUCCESS;
    }
  return CUDNN_STATUS_SUCCESS;
}

/// cuDNN's own functions for descriptors, and for the rest answers out of `recorded`. What it
/// proves is that we ask for the right thing in the right order, and not that cuDNN answers so.
inline LegacyFunctions double_of_legacy() {
  using Tensor = cudnnTensorDescriptor_t;
  using Filter = cudnnFilterDescriptor_t;
  using Convolution = cudnnConvolutionDescriptor_t;
  using Fwd = cudnnConvolutionFwdAlgo_t;
  using Data = cudnnConvolutionBwdDataAlgo_t;
  using Weights = cudnnConvolutionBwdFilterAlgo_t;
  LegacyFunctions call = legacy_library().call;
  call.set_stream = [](cudnnHandle_t, cudaStream_t stream) {
    recorded.stream = stream;
    return CUDNN_STATUS_SUCCESS;
  };
  call.forward_workspace = [](cudnnHandle_t, Tensor, Filter, Convolution, Tensor, Fwd algorithm,
                              std::size_t* bytes) { return answer(algorithm, bytes); };
  call.data_workspace = [](cudnnHandle_t, Filter, Tensor, Convolution, Tensor, Data algorithm,
                           std::size_t* bytes) { return answer(algorithm, bytes); };
  call.filter_workspace = [](cudnnHandle_t, Tensor, Tensor, Convolution, Filter, Weights algorithm,
                             std::size_t* bytes) { return answer(algorithm, bytes); };
  call.forward_heuristic = [](cudnnHandle_t, Tensor, Filter, Convolution, Tensor, int most,
                              int* count, cudnnConvolutionFwdAlgoPerf_t* all) {
    return rank<cudnnConvolutionFwdAlgoPerf_t, Fwd>(most, count, all);
  };
  call.data_heuristic = [](cudnnHandle_t, Filter, Tensor, Convolution, Tensor, int most, int* count,
                           cudnnConvolutionBwdDataAlgoPerf_t* all) {
    return rank<cudnnConvolutionBwdDataAlgoPerf_t, Data>(most, count, all);
  };
  call.filter_heuristic = [](cudnnHandle_t, Tensor, Tensor, Convolution, Filter, int most,
                             int* count, cudnnConvolutionBwdFilterAlgoPerf_t* all) {
    return rank<cudnnConvolutionBwdFilterAlgoPerf_t, Weights>(most, count, all);
  };
  call.forward_search = [](cudnnHandle_t, Tensor, const void* x, Filter, const void* w, Convolution,
                           Tensor, void* y, int most, int* count,
                           cudnnConvolutionFwdAlgoPerf_t* all, void* workspace, std::size_t bytes) {
    return search<cudnnConvolutionFwdAlgoPerf_t, Fwd>("forward_search", {x, w, y}, most, count, all,
                                                      workspace, bytes);
  };
  call.data_search = [](cudnnHandle_t, Filter, const void* w, Tensor, const void* dy, Convolution,
                        Tensor, void* dx, int most, int* count,
                        cudnnConvolutionBwdDataAlgoPerf_t* all, void* workspace,
                        std::size_t bytes) {
    return search<cudnnConvolutionBwdDataAlgoPerf_t, Data>("data_search", {w, dy, dx}, most, count,
                                                           all, workspace, bytes);
  };
  call.filter_search = [](cudnnHandle_t, Tensor, const void* x, Tensor, const void* dy, Convolution,
                          Filter, void* dw, int most, int* count,
                          cudnnConvolutionBwdFilterAlgoPerf_t* all, void* workspace,
                          std::size_t bytes) {
    return search<cudnnConvolutionBwdFilterAlgoPerf_t, Weights>("filter_search", {x, dy, dw}, most,
                                                                count, all, workspace, bytes);
  };
  call.forward = [](cudnnHandle_t, const void* alpha, Tensor, const void* x, Filter, const void* w,
                    Convolution, Fwd algorithm, void* workspace, std::size_t bytes,
                    const void* beta, Tensor, void* y) {
    return keep("forward", algorithm, alpha, beta, {x, w, y}, workspace, bytes);
  };
  call.backward_data = [](cudnnHandle_t, const void* alpha, Filter, const void* w, Tensor,
                          const void* dy, Convolution, Data algorithm, void* workspace,
                          std::size_t bytes, const void* beta, Tensor, void* dx) {
    return keep("backward_data", algorithm, alpha, beta, {w, dy, dx}, workspace, bytes);
  };
  call.backward_filter = [](cudnnHandle_t, const void* alpha, Tensor, const void* x, Tensor,
                            const void* dy, Convolution, Weights algorithm, void* workspace,
                            std::size_t bytes, const void* beta, Filter, void* dw) {
    return keep("backward_filter", algorithm, alpha, beta, {x, dy, dw}, workspace, bytes);
  };
  return call;
}

}  // namespace convtune::cudnn
