#include "algorithm.hpp"

#include <algorithm>
#include <array>

namespace convtune::cudnn {
namespace {

using namespace std::string_view_literals;

// What repeats its bits is what Theano's tests held to that (its deterministic sets).
constexpr std::array forward = {
    AlgorithmFacts{0, "none", "IMPLICIT_GEMM", true, false, "implicit_gemm"},
    AlgorithmFacts{1, "small", "IMPLICIT_PRECOMP_GEMM", true, false, "implicit_precomp_gemm"},
    AlgorithmFacts{2, "large", "GEMM", true, false, "large"},
    AlgorithmFacts{3, "direct", "DIRECT", true, false, "direct"},
    AlgorithmFacts{4, "fft", "FFT", true, true, "fft"},
    AlgorithmFacts{5, "fft_tiling", "FFT_TILING", true, true, "fft", "fft_tiling"},
    AlgorithmFacts{6, "winograd", "WINOGRAD", true, true, "winograd"},
    AlgorithmFacts{7, "winograd_non_fused", "WINOGRAD_NONFUSED", true, true, "winograd",
                   "winograd_non_fused"}};
constexpr std::array backward_data = {
    AlgorithmFacts{0, "none", "ALGO_0", false, false, "algo_0"},
    AlgorithmFacts{1, "deterministic", "ALGO_1", true, false, "algo_1"},
    AlgorithmFacts{2, "fft", "FFT", true, true, "fft"},
    AlgorithmFacts{3, "fft_tiling", "FFT_TILING", true, true, "fft", "fft_tiling"},
    AlgorithmFacts{4, "winograd", "WINOGRAD", true, true, "winograd"},
    AlgorithmFacts{5, "winograd_non_fused", "WINOGRAD_NONFUSED", true, true, "winograd",
                   "winograd_non_fused"}};
constexpr std::array backward_weights = {
    AlgorithmFacts{0, "none", "ALGO_0", false, false, "algo_0"},
    AlgorithmFacts{1, "deterministic", "ALGO_1", true, false, "algo_1"},
    AlgorithmFacts{2, "fft", "FFT", true, true, "fft"},
    AlgorithmFacts{3, "small", "ALGO_3", false, false, "algo_3"},
    AlgorithmFacts{4, "winograd", "WINOGRAD", false, true, "winograd"},
    AlgorithmFacts{5, "winograd_non_fused", "WINOGRAD_NONFUSED", true, true, "winograd",
                   "winograd_non_fused"},
    AlgorithmFacts{6, "fft_tiling", "FFT_TILING", true, true, "fft", "fft_tiling"}};

// By cudnnMathType_t.
constexpr std::array math_names = {""sv, ":tensor_op"sv, ":tensor_op_allow_conversion"sv, ":fma"sv};

}  // namespace

std::span<const AlgorithmFacts> algorithms(Direction direction) {
  switch (direction) {
    case Direction::forward: break;
    case Direction::backward_data: return backward_data;
    case Direction::backward_weights: return backward_weights;
  }
  return forward;
}

const AlgorithmFacts& facts(const Algorithm& algorithm) {
  return algorithms(algorithm.direction)[static_cast<std::size_t>(algorithm.number)];
}

std::span<const cudnnMathType_t> math_types(DataType type) {
  static constexpr std::array f64 = {CUDNN_DEFAULT_MATH};
  // TENSOR_OP is left out: with f32 tensors it allows what the default allows.
  static constexpr std::array f32 = {CUDNN_DEFAULT_MATH, CUDNN_FMA_MATH,
                                     CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION};
  static constexpr std::array narrower = {CUDNN_DEFAULT_MATH, CUDNN_TENSOR_OP_MATH};
  switch (type) {
    case DataType::f64: return f64;
    case DataType::f32: return f32;
    default: return narrower;
  }
}

std::string text(const Algorithm& algorithm) {
  return std::string(facts(algorithm).name) +
         std::string(math_names.at(static_cast<std::size_t>(algorithm.math)));
}

std::optional<Algorithm> parse_algorithm(Direction direction, std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto all = algorithms(direction);
  const auto named = std::ranges::find(all, text.substr(0, colon), &AlgorithmFacts::name);
  const auto math = std::ranges::find(math_names, text.substr(colon));
  if (named == all.end() || math == math_names.end()) return std::nullopt;
  return Algorithm{direction, named->number,
                   static_cast<cudnnMathType_t>(math - math_names.begin())};
}

Precision precision(const Algorithm& algorithm, DataType type) {
  if (type != DataType::f32 || algorithm.math == CUDNN_FMA_MATH) return Precision::strict;
  return algorithm.math == CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION ? Precision::downconvert
                                                                 : Precision::tf32;
}

}  // namespace convtune::cudnn
