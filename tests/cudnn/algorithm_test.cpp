// Names, math types and classes of the legacy algorithms.
#include "algorithm.hpp"

#include <set>

#include <cudnn_cnn.h>
#include <gmock/gmock.h>

namespace convtune::cudnn {
namespace {

constexpr Direction directions[] = {Direction::forward, Direction::backward_data,
                                    Direction::backward_weights};

std::vector<std::string> names(Direction direction) {
  std::vector<std::string> all;
  for (const AlgorithmFacts& each : algorithms(direction)) all.emplace_back(each.name);
  return all;
}

TEST(CudnnAlgorithm, HasTheanosNamesByTheLibrarysNumbers) {
  EXPECT_THAT(names(Direction::forward),
              testing::ElementsAre("none", "small", "large", "direct", "fft", "fft_tiling",
                                   "winograd", "winograd_non_fused"));
  EXPECT_THAT(names(Direction::backward_data),
              testing::ElementsAre("none", "deterministic", "fft", "fft_tiling", "winograd",
                                   "winograd_non_fused"));
  EXPECT_THAT(names(Direction::backward_weights),
              testing::ElementsAre("none", "deterministic", "fft", "small", "winograd",
                                   "winograd_non_fused", "fft_tiling"));
  for (const Direction direction : directions)
    for (int i = 0; const AlgorithmFacts& each : algorithms(direction)) EXPECT_EQ(each.number, i++);
}

// The header counts them; a new one would be missing here.
TEST(CudnnAlgorithm, AreAsManyAsTheHeaderHas) {
  EXPECT_EQ(algorithms(Direction::forward).size(), CUDNN_CONVOLUTION_FWD_ALGO_COUNT);
  EXPECT_EQ(algorithms(Direction::backward_data).size(), CUDNN_CONVOLUTION_BWD_DATA_ALGO_COUNT);
  EXPECT_EQ(algorithms(Direction::backward_weights).size(),
            CUDNN_CONVOLUTION_BWD_FILTER_ALGO_COUNT);
}

TEST(CudnnAlgorithm, RoundTripsAsText) {
  const Algorithm small{Direction::backward_weights, CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3,
                        CUDNN_TENSOR_OP_MATH};
  EXPECT_EQ(text(small), "small:tensor_op");
  std::set<std::string> texts;
  for (const Direction direction : directions) {
    texts.clear();
    for (const AlgorithmFacts& each : algorithms(direction))
      for (const auto math : {CUDNN_DEFAULT_MATH, CUDNN_TENSOR_OP_MATH,
                              CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION, CUDNN_FMA_MATH}) {
        const Algorithm algorithm{direction, each.number, math};
        EXPECT_EQ(parse_algorithm(direction, text(algorithm)), algorithm) << text(algorithm);
        EXPECT_TRUE(texts.insert(text(algorithm)).second) << text(algorithm);
      }
  }
}

TEST(CudnnAlgorithm, TakesNothingThatItDoesNotWrite) {
  for (const char* wrong : {"", ":", ":fma", "small:", "small:default", "small:fma ", "Small",
                            "small:fma:fma", "smal", "small/fma", " small", "deterministic"})
    EXPECT_FALSE(parse_algorithm(Direction::forward, wrong)) << wrong;
  EXPECT_FALSE(parse_algorithm(Direction::backward_data, "small"));
  EXPECT_FALSE(parse_algorithm(Direction::backward_data, "large"));
}

struct Class {
  const char* text;
  DataType type;
  Precision precision;
};

TEST(CudnnAlgorithm, HasTheClassOfItsMathType) {
  for (const auto& [name, type, expected] :
       {Class{"none", DataType::f32, Precision::tf32},
        Class{"none:fma", DataType::f32, Precision::strict},
        Class{"none:tensor_op_allow_conversion", DataType::f32, Precision::downconvert},
        Class{"none", DataType::f64, Precision::strict},
        Class{"none", DataType::f16, Precision::strict},
        Class{"none:tensor_op", DataType::f16, Precision::strict}}) {
    const auto algorithm = parse_algorithm(Direction::forward, name);
    ASSERT_TRUE(algorithm) << name;
    EXPECT_EQ(precision(*algorithm, type), expected) << name << ' ' << convtune::name(type);
  }
}

TEST(CudnnAlgorithm, IsListedUnderEachMathTypeThatMatters) {
  EXPECT_THAT(math_types(DataType::f64), testing::ElementsAre(CUDNN_DEFAULT_MATH));
  EXPECT_THAT(math_types(DataType::f32),
              testing::ElementsAre(CUDNN_DEFAULT_MATH, CUDNN_FMA_MATH,
                                   CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION));
  EXPECT_THAT(math_types(DataType::f16),
              testing::ElementsAre(CUDNN_DEFAULT_MATH, CUDNN_TENSOR_OP_MATH));
}

TEST(CudnnAlgorithm, IsDeterministicWhereTheanosTestsHeldItToThat) {
  const auto deterministic = [](Direction direction) {
    std::vector<std::string> found;
    for (const AlgorithmFacts& each : algorithms(direction))
      if (each.deterministic) found.emplace_back(each.name);
    return found;
  };
  EXPECT_EQ(deterministic(Direction::forward), names(Direction::forward));
  EXPECT_THAT(deterministic(Direction::backward_data),
              testing::UnorderedElementsAre("deterministic", "fft", "fft_tiling", "winograd",
                                            "winograd_non_fused"));
  EXPECT_THAT(
      deterministic(Direction::backward_weights),
      testing::UnorderedElementsAre("deterministic", "fft", "winograd_non_fused", "fft_tiling"));
}

}  // namespace
}  // namespace convtune::cudnn
