// The oracle on cases small enough to work out by hand.
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <convtune/reference.hpp>

namespace convtune {
namespace {

using Values = std::vector<double>;

struct Tensors {
  Values source = {}, filter = {}, destination = {}, bias = {};
};

std::vector<ReferenceValue> computed(const char* text, const Tensors& tensors) {
  const ConvProblem problem = parse_problem(text);
  std::vector<ReferenceValue> values(
      static_cast<std::size_t>(elements(problem, output_role(problem->direction))));
  reference(problem,
            {tensors.source.data(), tensors.filter.data(), tensors.destination.data(),
             tensors.bias.data()},
            0, values);
  return values;
}

Values value(const char* text, const Tensors& tensors) {
  Values values;
  for (const ReferenceValue& v : computed(text, tensors)) values.push_back(v.value);
  return values;
}

Values magnitude(const char* text, const Tensors& tensors) {
  Values values;
  for (const ReferenceValue& v : computed(text, tensors)) values.push_back(v.magnitude);
  return values;
}

TEST(Forward, CorrelatesUnlessFlipped) {
  const Tensors tensors = {.source = {1, 2, 3, 4}, .filter = {10, 1}};
  EXPECT_EQ(value("f64_n1c1i4k1f2", tensors), (Values{12, 23, 34}));
  EXPECT_EQ(value("f64_n1c1i4k1f2_flip", tensors), (Values{21, 32, 43}));
}

TEST(Forward, PadsEachSide) {
  const Tensors tensors = {.source = {1, 2}, .filter = {10, 1}};
  EXPECT_EQ(value("f64_n1c1i2k1f2p1:2", tensors), (Values{1, 12, 20, 0}));
  EXPECT_EQ(value("f64_n1c1i4k1f2p0:-1", {.source = {1, 2, 3, 4}, .filter = {10, 1}}),
            (Values{12, 23}));
}

TEST(Forward, StridesAndDilates) {
  const Tensors tensors = {.source = {1, 2, 3, 4, 5, 6, 7}, .filter = {100, 10, 1}};
  EXPECT_EQ(value("f64_n1c1i7k1f3s2d2", tensors), (Values{135, 357}));
  EXPECT_EQ(value("f64_n1c1i7k1f3s3p1d2", tensors), (Values{24, 357}));
}

TEST(Forward, SumsTheChannelsOfItsGroup) {
  const Tensors tensors = {.source = {1, 2, 3, 4}, .filter = {1, 10, 1, 100}};
  EXPECT_EQ(value("f64_n1c4i1k2f1g2", tensors), (Values{21, 403}));
  EXPECT_EQ(value("f64_n1c2i2k2f1", tensors), (Values{31, 42, 301, 402}));
}

TEST(Forward, CountsDepthHeightWidth) {
  Values source(8);
  for (std::size_t i = 0; i < 8; ++i) source[i] = static_cast<double>(i + 1);
  EXPECT_EQ(value("f64_n1c1i2x2x2k1f2x1x1", {.source = source, .filter = {1, 10}}),
            (Values{51, 62, 73, 84}));
  EXPECT_EQ(value("f64_n1c1i2x2x2k1f1x2x1", {.source = source, .filter = {1, 10}}),
            (Values{31, 42, 75, 86}));
}

/// Theano's causal convolution: dilation 2, true convolution, padding on the left only.
TEST(Forward, AgreesWithTheanosCausalExample) {
  EXPECT_EQ(value("f64_n1c2i5k2f3p4:0d2_flip", {.source = {2, 4, 9, 5, 8, 0, 0, 4, 0, 5},
                                                .filter = {5, 3, 1, 3, 1, 0, 6, 4, 9, 2, 2, 7}}),
            (Values{10, 20, 63, 37, 88, 12, 24, 70, 46, 120}));
}

TEST(Forward, WithUnsharedFiltersHasOneForEachPosition) {
  // 2x2 outputs, 1x1 filters: each output has its own weight.
  EXPECT_EQ(
      value("f64_n1c1i2x2k1f1x1_unshared", {.source = {1, 2, 3, 4}, .filter = {1, 10, 100, 1000}}),
      (Values{1, 20, 300, 4000}));
  // 1x2 outputs, 1x2 filters; flipping turns each one around.
  EXPECT_EQ(value("f64_n1c1i1x3k1f1x2_unshared", {.source = {1, 2, 3}, .filter = {1, 10, 2, 3}}),
            (Values{21, 13}));
  EXPECT_EQ(
      value("f64_n1c1i1x3k1f1x2_unshared_flip", {.source = {1, 2, 3}, .filter = {1, 10, 2, 3}}),
      (Values{12, 12}));
}

TEST(Forward, AppliesItsEpilogueInOrder) {
  const Tensors tensors = {.source = {1, -1}, .filter = {2}, .destination = {3, -5}, .bias = {-4}};
  EXPECT_EQ(value("f64_n1c1i2k1f1_bias", tensors), (Values{-2, -6}));
  EXPECT_EQ(value("f64_n1c1i2k1f1_acc", tensors), (Values{5, -7}));
  EXPECT_EQ(value("f64_n1c1i2k1f1_bias_relu_acc", tensors), (Values{1, 0}));
  EXPECT_EQ(magnitude("f64_n1c1i2k1f1_bias_relu_acc", tensors), (Values{9, 11}));
}

TEST(Forward, AddsTheBiasOfEachFilter) {
  EXPECT_EQ(
      value("f64_n2c1i1x2k2f1_bias", {.source = {0, 0, 0, 0}, .filter = {1, 1}, .bias = {3, 4}}),
      (Values{3, 3, 4, 4, 3, 3, 4, 4}));
}

TEST(Magnitude, SumsWhatCancels) {
  const Tensors tensors = {.source = {1, 1, 2}, .filter = {1, -1}};
  EXPECT_EQ(value("f64_n1c1i3k1f2", tensors), (Values{0, -1}));
  EXPECT_EQ(magnitude("f64_n1c1i3k1f2", tensors), (Values{2, 3}));
}

TEST(Forward, OfNoChannelsIsZero) {
  EXPECT_EQ(value("f64_n1c0i3k1f2", {}), (Values{0, 0}));
  EXPECT_EQ(value("f64_n1c0i3k1f2_bias", {.bias = {7}}), (Values{7, 7}));
  EXPECT_EQ(value("f64_n0c1i3k1f2", {.filter = {1, 2}}), Values{});
}

TEST(BackwardData, SpreadsEachOutputOverItsWindow) {
  const Tensors tensors = {.filter = {10, 1}, .destination = {1, 2, 3}};
  EXPECT_EQ(value("bwdd.f64_n1c1i4k1f2", tensors), (Values{10, 21, 32, 3}));
  EXPECT_EQ(value("bwdd.f64_n1c1i4k1f2_flip", tensors), (Values{1, 12, 23, 30}));
}

TEST(BackwardData, LeavesZerosBetweenStridesAndBeyond) {
  EXPECT_EQ(value("bwdd.f64_n1c1i6k1f2s3", {.filter = {10, 1}, .destination = {1, 2}}),
            (Values{10, 1, 0, 20, 2, 0}));
  EXPECT_EQ(value("bwdd.f64_n1c1i3k1f2s1p1", {.filter = {10, 1}, .destination = {1, 2, 3, 4}}),
            (Values{21, 32, 43}));
}

/// Theano's transposed convolution: ones, 4x4 filters, stride 2; windows overlap by two.
TEST(BackwardData, AgreesWithTheanosTransposedExample) {
  const Values result = value("bwdd.f64_n2c1i10x10k2f4x4s2x2",
                              {.filter = Values(32, 1), .destination = Values(64, 1)});
  const Values outer = {2, 2, 4, 4, 4, 4, 4, 4, 2, 2}, inner = {4, 4, 8, 8, 8, 8, 8, 8, 4, 4};
  for (std::size_t row = 0; row < 20; ++row) {
    const bool edge = row % 10 < 2 || row % 10 > 7;
    EXPECT_EQ(Values(result.begin() + static_cast<long>(row) * 10,
                     result.begin() + static_cast<long>(row) * 10 + 10),
              edge ? outer : inner)
        << row;
  }
}

TEST(BackwardData, Accumulates) {
  EXPECT_EQ(value("bwdd.f64_n1c1i2k1f1_acc",
                  {.source = {100, 200}, .filter = {3}, .destination = {1, 2}}),
            (Values{103, 206}));
}

TEST(BackwardWeights, CorrelatesSourceWithDestination) {
  const Tensors tensors = {.source = {1, 2, 3, 4}, .destination = {1, 10, 100}};
  EXPECT_EQ(value("bwdw.f64_n1c1i4k1f2", tensors), (Values{321, 432}));
  EXPECT_EQ(value("bwdw.f64_n1c1i4k1f2_flip", tensors), (Values{432, 321}));
}

TEST(BackwardWeights, SumsOverTheBatch) {
  EXPECT_EQ(value("bwdw.f64_n2c1i1k1f1", {.source = {1, 2}, .destination = {10, 100}}),
            (Values{210}));
  EXPECT_EQ(value("bwdw.f64_n0c1i1k1f1", {}), (Values{0}));
}

TEST(BackwardWeights, OfUnsharedFiltersKeepsPositionsApart) {
  EXPECT_EQ(
      value("bwdw.f64_n1c1i1x3k1f1x2_unshared", {.source = {1, 2, 3}, .destination = {1, 10}}),
      (Values{1, 2, 20, 30}));
}

}  // namespace
}  // namespace convtune
