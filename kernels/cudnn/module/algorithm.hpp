#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cudnn_graph.h>

#include <convtune/implementation.hpp>

namespace convtune::cudnn {

/// What is known of one value of cudnnConvolutionFwdAlgo_t, cudnnConvolutionBwdDataAlgo_t or
/// cudnnConvolutionBwdFilterAlgo_t.
struct AlgorithmFacts {
  int number = 0;             ///< the value
  std::string_view name;      ///< Theano's (dnn.conv.algo_*), else the value's own in lower case
  std::string_view in_cudnn;  ///< "IMPLICIT_GEMM"
  bool deterministic = false;
  bool inexact = false;                 ///< sums in another order than plain products
  std::string_view tag, narrower = {};  ///< families: "fft" and "fft_tiling"
};

/// Those of a direction, by number: 8, 6 and 7.
std::span<const AlgorithmFacts> algorithms(Direction direction);

/// A legacy algorithm under one math type (cudnnMathType_t). A value.
struct Algorithm {
  Direction direction = Direction::forward;
  int number = 0;
  cudnnMathType_t math = CUDNN_DEFAULT_MATH;
  auto operator<=>(const Algorithm&) const = default;
};

const AlgorithmFacts& facts(const Algorithm& algorithm);

/// The math types under which tensors of a type may be multiplied differently, the default first.
std::span<const cudnnMathType_t> math_types(DataType type);

/// "small", "small:fma": the name, and the math type unless it is the default one.
std::string text(const Algorithm& algorithm);
/// Nullopt for what `text` never writes.
std::optional<Algorithm> parse_algorithm(Direction direction, std::string_view text);

/// The class of its products for tensors of a type. For f32: `fma` forbids tensor cores and is
/// strict; the default multiplies in TF32 where there is such a unit (sm_80 and later), and is
/// declared so everywhere, since a class may promise too little but never too much;
/// `tensor_op_allow_conversion` may round its inputs to f16. Products of narrower types are exact
/// in what tensor cores add up, and f64 has one class.
Precision precision(const Algorithm& algorithm, DataType type);

}  // namespace convtune::cudnn
