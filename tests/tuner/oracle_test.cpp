#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include <gtest/gtest.h>

#include <tuner/oracle.hpp>

namespace convtune {
namespace {

const ConvProblem problem = parse_problem("fwd.f32.nchw_n2c16i9x9k6f3x3s1x1p1x1d1x1g2");

std::vector<float> right_output(const ConvProblem& of, const TestData& data) {
  std::vector<ReferenceValue> values(
      static_cast<std::size_t>(elements(of, output_role(of->direction))));
  reference(of, data.plain(), 0, values);
  std::vector<float> output;
  for (const ReferenceValue& value : values) output.push_back(static_cast<float>(value.value));
  return output;
}

TEST(Oracle, AcceptsTheRightOutput) {
  for (const DataKind kind : {DataKind::integers, DataKind::uniform}) {
    const TestData data(problem, kind);
    const Oracle oracle(problem, kind, data, true);
    const Comparison found = oracle.check(right_output(problem, data).data(), {});
    EXPECT_EQ(found.fault, "");
    EXPECT_EQ(found.exact_applies, kind == DataKind::integers);
    EXPECT_LE(found.scaled_max, 0.5);
  }
}

TEST(Oracle, OneUnitInTheLastPlaceBreaksExactness) {
  const TestData data(problem, DataKind::integers);
  const Oracle oracle(problem, DataKind::integers, data, true);
  std::vector<float> output = right_output(problem, data);
  output[17] = std::nextafter(output[17], 1e9F);
  const std::string fault = oracle.check(output.data(), {}).fault;
  EXPECT_NE(fault.find("output [0, 0, 1, 8]"), std::string::npos) << fault;
  EXPECT_NE(fault.find("1 of 972"), std::string::npos) << fault;

  Candidate inexact;
  inexact.inexact = true;
  EXPECT_EQ(oracle.check(output.data(), inexact).fault, "");
}

TEST(Oracle, TheScaledGateIsPerElement) {
  const TestData data(problem, DataKind::uniform);
  const Oracle oracle(problem, DataKind::uniform, data, true);
  std::vector<ReferenceValue> values(972);
  reference(problem, data.plain(), 0, values);
  const double unit = 0x1p-23 * values[500].magnitude;
  for (const auto& [error, passes] : {std::pair{3.4, true}, std::pair{4.6, false}}) {
    std::vector<float> output = right_output(problem, data);
    output[500] = static_cast<float>(values[500].value + error * unit);
    const Comparison found = oracle.check(output.data(), {});
    EXPECT_EQ(found.fault.empty(), passes) << found.fault;
    EXPECT_NEAR(found.scaled_max, error, 0.5);
  }
}

TEST(Oracle, ACandidateMayHaveItsOwnBound) {
  Candidate candidate;
  EXPECT_EQ(error_bound(problem, candidate), 4);
  candidate.inexact = true;
  EXPECT_EQ(error_bound(problem, candidate), 16);
  candidate.error_factor = 30;
  EXPECT_EQ(error_bound(problem, candidate), 30);
}

// A transform spreads the error of its tile over outputs that sum next to nothing themselves.
TEST(Oracle, WhoHasItsOwnBoundIsMeasuredByItsNeighboursToo) {
  const TestData data(problem, DataKind::uniform);
  const Oracle oracle(problem, DataKind::uniform, data, true);
  std::vector<ReferenceValue> values(
      static_cast<std::size_t>(elements(problem, Role::destination)));
  reference(problem, data.plain(), 0, values);
  const auto least = std::ranges::min_element(values, {}, &ReferenceValue::magnitude);
  double mean = 0;
  for (const ReferenceValue& each : values)
    mean += each.magnitude / static_cast<double>(values.size());
  std::vector<float> output = right_output(problem, data);
  output[static_cast<std::size_t>(least - values.begin())] =
      static_cast<float>(least->value + 3.9 * 0x1p-23 * mean);
  EXPECT_NE(oracle.check(output.data(), {}).fault, "");
  Candidate candidate;
  candidate.error_factor = 4;
  EXPECT_EQ(oracle.check(output.data(), candidate).fault, "");
}

TEST(Oracle, NotANumberIsWrongAndItsErrorFinite) {
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    const TestData data(problem, DataKind::uniform);
    std::vector<float> output = right_output(problem, data);
    output[3] = bad;
    const Comparison found =
        Oracle(problem, DataKind::uniform, data, true).check(output.data(), {});
    EXPECT_NE(found.fault, "");
    EXPECT_TRUE(std::isfinite(found.scaled_max));
  }
}

TEST(Oracle, OneWrongElementInTenMillionFails) {
  const ConvProblem large = parse_problem("fwd.f32.nchw_n1c1i3200x3200k1f1x1s1x1p0x0d1x1g1");
  const TestData data(large, DataKind::uniform);
  const Oracle oracle(large, DataKind::uniform, data, true);
  std::vector<float> output = right_output(large, data);
  ASSERT_GT(output.size(), 10'000'000U);
  EXPECT_EQ(oracle.check(output.data(), {}).fault, "");
  output[7'654'321] *= 1.000001F;
  EXPECT_NE(oracle.check(output.data(), {}).fault.find("1 of 10240000"), std::string::npos);
}

TEST(Oracle, DisagreementIsFoundWhereNothingWasSampled) {
  const ConvProblem large = parse_problem("fwd.f32.nchw_n1c8i64x64k8f3x3s1x1p1x1d1x1g1");
  for (const DataKind kind : {DataKind::integers, DataKind::uniform}) {
    const TestData data(large, kind);
    const Oracle oracle(large, kind, data, false);
    ASSERT_FALSE(oracle.full());
    const std::vector<float> right = right_output(large, data);
    std::vector<float> wrong = right;
    std::size_t hidden = 0;
    const std::set<std::int64_t> sampled(oracle.indices().begin(), oracle.indices().end());
    while (sampled.contains(static_cast<std::int64_t>(hidden))) ++hidden;
    wrong[hidden] += 1;
    Candidate one, other;
    EXPECT_EQ(oracle.check(wrong.data(), one).fault, "");
    EXPECT_TRUE(oracle.disagreements(right.data(), one, right.data(), other, 8).empty());
    const auto found = oracle.disagreements(right.data(), one, wrong.data(), other, 8);
    ASSERT_EQ(found, std::vector<std::int64_t>{static_cast<std::int64_t>(hidden)});
    EXPECT_NE(oracle.check_at(found, data, wrong.data(), other).fault, "");
    EXPECT_EQ(oracle.check_at(found, data, right.data(), one).fault, "");
  }
}

class Sampling : public testing::TestWithParam<const char*> {};

TEST_P(Sampling, CoversBordersAndChannels) {
  const ConvProblem of = parse_problem(GetParam());
  const Role role = output_role(of->direction);
  const std::vector<std::int64_t> extent = extents(of, role);
  const std::vector<std::int64_t> positions = sampled_positions(of, Oracle::sampled_outputs);
  EXPECT_EQ(positions.size(), static_cast<std::size_t>(Oracle::sampled_outputs));
  std::vector<std::set<std::int64_t>> seen(extent.size());
  std::set<std::vector<int>> corners;
  for (std::int64_t position : positions) {
    ASSERT_LT(position, elements(of, role));
    std::vector<int> corner;
    for (std::size_t axis = extent.size(); axis-- > 0; position /= extent[axis]) {
      const std::int64_t at = position % extent[axis];
      seen[axis].insert(at);
      if (axis >= 2) corner.push_back(at == 0 ? 0 : at == extent[axis] - 1 ? 2 : 1);
    }
    corners.insert(corner);
  }
  const std::size_t channels = role == Role::filter ? 0 : 1;
  EXPECT_EQ(static_cast<std::int64_t>(seen[channels].size()), extent[channels]);
  EXPECT_EQ(corners.size(), std::size_t(std::pow(3, extent.size() - 2)));
}

INSTANTIATE_TEST_SUITE_P(
    Problems, Sampling,
    testing::Values("fwd.f32.nchw_n2c4i64x64k96f3x3s1x1p1x1d1x1g4",
                    "bwdd.f32.nchw_n2c96i64x64k4f3x3s1x1p1x1d1x1g4",
                    "bwdw.f32.nchw_n2c64i8x8k512f3x3s1x1p1x1d1x1g1",
                    "fwd.f32.nchw_n1c4i16x32x32k50f3x3x3s1x1x1p1x1x1d1x1x1g1"));

TEST(Sampling, SmallOutputsAreTakenWhole) {
  EXPECT_EQ(sampled_positions(problem, 972).size(), 972U);
}

}  // namespace
}  // namespace convtune
