#include <algorithm>
#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include <convtune/tensor.hpp>
#include <tuner/test_data.hpp>

namespace convtune {
namespace {

ConvProblem small() {
  return parse_problem("fwd.f32.nchw_n2c4i9x9k6f3x3s1x1p1x1d1x1g1");
}

ConvProblem with(ConvProblem problem, const std::function<void(ConvShape&)>& change) {
  ConvShape shape = problem.shape();
  change(shape);
  return ConvProblem::make(shape);
}

TEST(TestData, IntegersAreSmallAndAllOfThemOccur) {
  const TestData data(small(), DataKind::integers);
  bool seen[9] = {};
  for (std::int64_t i = 0; i < elements(small(), Role::source); ++i) {
    const double value = data.plain().source[i];
    ASSERT_EQ(value, std::round(value));
    ASSERT_LE(std::abs(value), 4);
    seen[static_cast<int>(value) + 4] = true;
  }
  EXPECT_TRUE(std::ranges::all_of(seen, [](bool each) { return each; }));
}

TEST(TestData, UniformFillsTheRangeAndIsNotZero) {
  const TestData data(small(), DataKind::uniform);
  const std::int64_t count = elements(small(), Role::source);
  double sum = 0, least = 1, most = -1;
  for (std::int64_t i = 0; i < count; ++i) {
    const double value = data.plain().source[i];
    EXPECT_NE(value, 0);
    sum += value;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  EXPECT_LT(least, -0.95);
  EXPECT_GT(most, 0.95);
  EXPECT_LT(most, 1.0001);
  EXPECT_LT(std::abs(sum) / static_cast<double>(count), 0.1);
}

TEST(TestData, IsTheSameEveryTimeAndDiffersByTensor) {
  const TestData one(small(), DataKind::uniform), other(small(), DataKind::uniform);
  ASSERT_EQ(one.bytes(Role::source), bytes(small(), Role::source));
  EXPECT_EQ(
      std::memcmp(one.typed(Role::source), other.typed(Role::source), one.bytes(Role::source)), 0);
  EXPECT_NE(one.plain().source[0], one.plain().filter[0]);
}

TEST(TestData, TheReferenceReadsWhatCandidatesRead) {
  const ConvProblem problem = with(small(), [](ConvShape& s) {
    s.source_type = s.filter_type = s.destination_type = DataType::bf16;
  });
  const TestData data(problem, DataKind::uniform);
  std::vector<double> typed(static_cast<std::size_t>(elements(problem, Role::filter)));
  to_double(data.typed(Role::filter), DataType::bf16, typed);
  EXPECT_TRUE(std::equal(typed.begin(), typed.end(), data.plain().filter));
}

TEST(TestData, OnlyWhatIsReadIsThere) {
  const TestData data(small(), DataKind::uniform);
  EXPECT_EQ(data.bytes(Role::destination), 0U);
  EXPECT_EQ(data.bytes(Role::bias), 0U);
  const ConvProblem more = with(small(), [](ConvShape& s) { s.bias = s.accumulate = true; });
  const TestData with_both(more, DataKind::uniform);
  EXPECT_EQ(with_both.bytes(Role::destination), bytes(more, Role::destination));
  EXPECT_EQ(with_both.bytes(Role::bias), bytes(more, Role::bias));
}

// Sums of magnitudes must stay below the last integer that the type counts exactly.
class Exactness : public testing::TestWithParam<std::pair<const char*, int>> {};

TEST_P(Exactness, EverySumFitsItsType) {
  const auto& [text, bits] = GetParam();
  const ConvProblem problem = parse_problem(text);
  ASSERT_EQ(exact_bits(problem), bits);
  const TestData data(problem, DataKind::integers);
  std::vector<ReferenceValue> values(
      static_cast<std::size_t>(elements(problem, output_role(problem->direction))));
  reference(problem, data.plain(), 0, values);
  double largest = 0;
  for (const ReferenceValue& each : values) largest = std::max(largest, each.magnitude);
  EXPECT_LE(largest, std::ldexp(1.0, bits));
  EXPECT_GT(largest, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Types, Exactness,
    testing::Values(std::pair{"fwd.f32.nchw_n1c64i8x8k4f3x3s1x1p1x1d1x1g1", 24},
                    std::pair{"bwdw.f32.nchw_n64c2i64x64k2f3x3s1x1p1x1d1x1g1", 24},
                    std::pair{"fwd.f64.nchw_n1c64i8x8k4f3x3s1x1p1x1d1x1g1", 53}));

TEST(TestData, NarrowSumsGetFewerProducts) {
  const ConvProblem problem =
      with(parse_problem("fwd.f32.nchw_n1c256i10x10k8f3x3s1x1p1x1d1x1g1"), [](ConvShape& s) {
        s.source_type = s.filter_type = s.destination_type = s.accumulation = DataType::f16;
      });
  ASSERT_EQ(exact_bits(problem), 11);
  const TestData data(problem, DataKind::integers);
  std::vector<ReferenceValue> values(800);
  reference(problem, data.plain(), 0, values);
  for (const ReferenceValue& each : values) EXPECT_LE(each.magnitude, 2048);
}

}  // namespace
}  // namespace convtune
