#include "legacy.hpp"

#include <algorithm>
#include <cstring>

#include "descriptor.hpp"

namespace convtune::cudnn {
namespace {

constexpr int category = 1000;  // the thousands of a code say what kind of refusal it is

// Of a combination that an algorithm does not know some queries say that a parameter is bad.
bool is_refusal(cudnnStatus_t status) {
  const int kind = status / category * category;
  return kind == CUDNN_STATUS_NOT_SUPPORTED || kind == CUDNN_STATUS_BAD_PARAM;
}

void require(cudnnStatus_t status) {
  if (status != CUDNN_STATUS_SUCCESS) throw Failure(status, description(status));
}

/// A number in the type that cuDNN reads its scalars in: f64 for f64 tensors, else f32.
class Scalar {
 public:
  Scalar(double value, DataType type)
      : twice_(value), single_(static_cast<float>(value)), is_twice_(type == DataType::f64) {}
  const void* get() const {
    if (is_twice_) return &twice_;
    return &single_;
  }

 private:
  double twice_;
  float single_;
  bool is_twice_;
};

/// A newer library may name an algorithm that its enumeration here does not have.
template <typename Enumeration>
int number_of(const Enumeration& algorithm) {
  int number = 0;
  static_assert(sizeof number == sizeof algorithm);
  std::memcpy(&number, &algorithm, sizeof number);
  return number;
}

/// What a heuristic says, whatever its direction: room for an answer of every algorithm under every
/// math type.
template <typename Performance, typename Ask>
std::vector<int> ranked(cudnnMathType_t math, const Ask& ask) {
  constexpr int most = 64;
  std::vector<Performance> answers(most);
  int count = 0;
  const cudnnStatus_t status = ask(most, &count, answers.data());
  if (is_refusal(status)) return {};
  require(status);
  std::vector<int> numbers;
  for (int i = 0; i < std::min(count, most); ++i) {
    const Performance& each = answers[static_cast<std::size_t>(i)];
    if (each.status == CUDNN_STATUS_SUCCESS && each.mathType == math)
      numbers.push_back(number_of(each.algo));
  }
  return numbers;
}

/// What a search says, whatever its direction.
template <typename Performance, typename Ask>
std::vector<Legacy::Timed> timed(const Ask& ask) {
  constexpr int most = 64;
  constexpr double milliseconds = 1e-3;
  std::vector<Performance> answers(most);
  int count = 0;
  require(ask(most, &count, answers.data()));
  std::vector<Legacy::Timed> all;
  for (int i = 0; i < std::min(count, most); ++i) {
    const Performance& each = answers[static_cast<std::size_t>(i)];
    const bool ran = each.status == CUDNN_STATUS_SUCCESS;
    all.push_back({.number = number_of(each.algo),
                   .math = each.mathType,
                   .refusal = ran ? std::string() : description(each.status),
                   .seconds = ran ? static_cast<double>(each.time) * milliseconds : 0,
                   .workspace_bytes = each.memory,
                   .deterministic = each.determinism == CUDNN_DETERMINISTIC});
  }
  return all;
}

}  // namespace

Legacy::Legacy(const ConvProblem& problem, cudnnMathType_t math, cudnnHandle_t handle,
               const LegacyFunctions& call)
    : problem_(problem),
      math_(math),
      handle_(handle),
      call_(call),
      descriptors_(problem, math, call) {}

std::variant<std::size_t, std::string> Legacy::workspace(int number) const {
  const LegacyDescriptors& d = descriptors_;
  std::size_t bytes = 0;
  const cudnnStatus_t status = [&] {
    switch (problem_->direction) {
      case Direction::forward: break;
      case Direction::backward_data:
        return call_.data_workspace(handle_, d.filter(), d.destination(), d.convolution(),
                                    d.source(), static_cast<cudnnConvolutionBwdDataAlgo_t>(number),
                                    &bytes);
      case Direction::backward_weights:
        return call_.filter_workspace(handle_, d.source(), d.destination(), d.convolution(),
                                      d.filter(),
                                      static_cast<cudnnConvolutionBwdFilterAlgo_t>(number), &bytes);
    }
    return call_.forward_workspace(handle_, d.source(), d.filter(), d.convolution(),
                                   d.destination(), static_cast<cudnnConvolutionFwdAlgo_t>(number),
                                   &bytes);
  }();
  if (is_refusal(status)) return description(status);
  require(status);
  return bytes;
}

std::vector<int> Legacy::heuristic() const {
  const LegacyDescriptors& d = descriptors_;
  switch (problem_->direction) {
    case Direction::forward: break;
    case Direction::backward_data:
      return ranked<cudnnConvolutionBwdDataAlgoPerf_t>(math_, [&](int most, int* count, auto* all) {
        return call_.data_heuristic(handle_, d.filter(), d.destination(), d.convolution(),
                                    d.source(), most, count, all);
      });
    case Direction::backward_weights:
      return ranked<cudnnConvolutionBwdFilterAlgoPerf_t>(
          math_, [&](int most, int* count, auto* all) {
            return call_.filter_heuristic(handle_, d.source(), d.destination(), d.convolution(),
                                          d.filter(), most, count, all);
          });
  }
  return ranked<cudnnConvolutionFwdAlgoPerf_t>(math_, [&](int most, int* count, auto* all) {
    return call_.forward_heuristic(handle_, d.source(), d.filter(), d.convolution(),
                                   d.destination(), most, count, all);
  });
}

std::vector<Legacy::Timed> Legacy::search(const Buffers& buffers,
                                          std::size_t workspace_bytes) const {
  const LegacyDescriptors& d = descriptors_;
  require(call_.set_stream(handle_, static_cast<cudaStream_t>(buffers.stream)));
  switch (problem_->direction) {
    case Direction::forward: break;
    case Direction::backward_data:
      return timed<cudnnConvolutionBwdDataAlgoPerf_t>([&](int most, int* count, auto* all) {
        return call_.data_search(handle_, d.filter(), buffers.filter, d.destination(),
                                 buffers.destination, d.convolution(), d.source(), buffers.source,
                                 most, count, all, buffers.workspace, workspace_bytes);
      });
    case Direction::backward_weights:
      return timed<cudnnConvolutionBwdFilterAlgoPerf_t>([&](int most, int* count, auto* all) {
        return call_.filter_search(handle_, d.source(), buffers.source, d.destination(),
                                   buffers.destination, d.convolution(), d.filter(), buffers.filter,
                                   most, count, all, buffers.workspace, workspace_bytes);
      });
  }
  return timed<cudnnConvolutionFwdAlgoPerf_t>([&](int most, int* count, auto* all) {
    return call_.forward_search(handle_, d.source(), buffers.source, d.filter(), buffers.filter,
                                d.convolution(), d.destination(), buffers.destination, most, count,
                                all, buffers.workspace, workspace_bytes);
  });
}

void Legacy::run(int number, const Buffers& buffers, std::size_t workspace_bytes) const {
  const LegacyDescriptors& d = descriptors_;
  const Scalar alpha(1, problem_->source_type);
  const Scalar beta(problem_->accumulate ? 1 : 0, problem_->source_type);
  require(call_.set_stream(handle_, static_cast<cudaStream_t>(buffers.stream)));
  require([&] {
    switch (problem_->direction) {
      case Direction::forward: break;
      case Direction::backward_data:
        return call_.backward_data(
            handle_, alpha.get(), d.filter(), buffers.filter, d.destination(), buffers.destination,
            d.convolution(), static_cast<cudnnConvolutionBwdDataAlgo_t>(number), buffers.workspace,
            workspace_bytes, beta.get(), d.source(), buffers.source);
      case Direction::backward_weights:
        return call_.backward_filter(
            handle_, alpha.get(), d.source(), buffers.source, d.destination(), buffers.destination,
            d.convolution(), static_cast<cudnnConvolutionBwdFilterAlgo_t>(number),
            buffers.workspace, workspace_bytes, beta.get(), d.filter(), buffers.filter);
    }
    return call_.forward(handle_, alpha.get(), d.source(), buffers.source, d.filter(),
                         buffers.filter, d.convolution(),
                         static_cast<cudnnConvolutionFwdAlgo_t>(number), buffers.workspace,
                         workspace_bytes, beta.get(), d.destination(), buffers.destination);
  }());
}

}  // namespace convtune::cudnn
