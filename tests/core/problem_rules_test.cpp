// What makes a description invalid, rule by rule.
#include <functional>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <convtune/problem.hpp>

namespace convtune {
namespace {

/// A valid description to break.
ConvShape sound() {
  ConvShape shape;
  shape.batch = 2;
  shape.in_channels = 4;
  shape.out_channels = 6;
  shape.axis[0] = {.in = 8, .filter = 3};
  shape.axis[1] = {.in = 9, .filter = 2};
  return shape;
}

std::string broken(const ConvShape& shape) {
  try {
    ConvProblem::make(shape);
    return "";
  } catch (const InvalidProblem& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    return error.what();
  }
}

struct RuleCase {
  const char* name;
  std::function<void(ConvShape&)> harm;
  const char* message;
};
void PrintTo(const RuleCase& c, std::ostream* out) {
  *out << c.name;
}

class Rule : public testing::TestWithParam<RuleCase> {};

TEST_P(Rule, IsNamed) {
  ConvShape shape = sound();
  ASSERT_EQ(broken(shape), "");
  GetParam().harm(shape);
  EXPECT_EQ(broken(shape), GetParam().message);
}

constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max();

INSTANTIATE_TEST_SUITE_P(
    Broken, Rule,
    testing::Values(
        RuleCase{"rank_0", [](ConvShape& s) { s.rank = 0; },
                 "there must be one, two or three spatial axes"},
        RuleCase{"rank_4", [](ConvShape& s) { s.rank = 4; },
                 "there must be one, two or three spatial axes"},
        RuleCase{"batch", [](ConvShape& s) { s.batch = -1; },
                 "batch and channels must not be negative"},
        RuleCase{"no_groups", [](ConvShape& s) { s.groups = 0; },
                 "the number of groups must be positive"},
        RuleCase{"groups_and_inputs", [](ConvShape& s) { s.groups = 3; },
                 "groups must divide both channel counts"},
        RuleCase{"groups_and_filters", [](ConvShape& s) { s.groups = 4; },
                 "groups must divide both channel counts"},
        RuleCase{"input", [](ConvShape& s) { s.axis[1].in = 0; },
                 "the input extent must be positive along w"},
        RuleCase{"filter", [](ConvShape& s) { s.axis[0].filter = 0; },
                 "the filter extent must be positive along h"},
        RuleCase{"stride", [](ConvShape& s) { s.axis[0].stride = 0; },
                 "the stride must be positive along h"},
        RuleCase{"dilation", [](ConvShape& s) { s.axis[0].dilation = -2; },
                 "the dilation must be positive along h"},
        RuleCase{"left_padding", [](ConvShape& s) { s.axis[1].pad_left = -1; },
                 "the left padding must not be negative along w"},
        RuleCase{"fit", [](ConvShape& s) { s.axis[0].dilation = 4; },
                 "the filter (9 with its dilation) must fit the padded input (8) along h"},
        RuleCase{"fit_cropped", [](ConvShape& s) { s.axis[0].pad_right = -6; },
                 "the filter (3 with its dilation) must fit the padded input (2) along h"},
        RuleCase{"fit_of_huge", [](ConvShape& s) { s.axis[0].dilation = huge; },
                 "the filter (18446744073709551615 with its dilation) must fit the padded input "
                 "(8) along h"},
        RuleCase{"padded_passes", [](ConvShape& s) { s.axis[0].pad_right = huge; },
                 "the padded input must not pass 2^63-1 along h"},
        RuleCase{"padded_passes_on_the_way",
                 [](ConvShape& s) {
                   s.axis[0].pad_left = huge;
                   s.axis[0].pad_right = -huge;
                 },
                 "the padded input must not pass 2^63-1 along h"},
        RuleCase{"mixed_kinds", [](ConvShape& s) { s.filter_type = DataType::s8; },
                 "source and filter must both be floating or both be integers"},
        RuleCase{"destination_kind", [](ConvShape& s) { s.destination_type = DataType::s32; },
                 "the destination of a floating source must be floating"},
        RuleCase{"accumulation", [](ConvShape& s) { s.accumulation = DataType::s32; },
                 "floating types must accumulate in a floating type"},
        RuleCase{"integer_accumulation",
                 [](ConvShape& s) { s.source_type = s.filter_type = DataType::s8; },
                 "integers must accumulate in s32"},
        RuleCase{"bias",
                 [](ConvShape& s) {
                   s.direction = Direction::backward_data;
                   s.bias = true;
                 },
                 "a bias needs direction fwd"},
        RuleCase{"relu",
                 [](ConvShape& s) {
                   s.direction = Direction::backward_weights;
                   s.relu = true;
                 },
                 "a relu needs direction fwd"},
        RuleCase{"constant_weights",
                 [](ConvShape& s) {
                   s.direction = Direction::backward_weights;
                   s.constant_weights = true;
                 },
                 "constant weights have no gradient: not with direction bwdw"},
        RuleCase{"unshared_1d",
                 [](ConvShape& s) {
                   s.rank = 1;
                   s.unshared = true;
                 },
                 "unshared filters need two spatial axes"},
        RuleCase{"unshared_nhwc",
                 [](ConvShape& s) {
                   s.filter_layout = Layout::channels_last;
                   s.unshared = true;
                 },
                 "unshared filters need channels-first layouts"},
        RuleCase{"source_size",
                 [](ConvShape& s) {
                   s.batch = std::int64_t{1} << 56;
                   s.out_channels = 0;
                 },
                 "the source tensor must not pass 2^63-1 bytes; the destination tensor must not "
                 "pass 2^63-1 bytes"},
        RuleCase{"filter_size",
                 [](ConvShape& s) {
                   s.in_channels = std::int64_t{1} << 40;
                   s.out_channels = std::int64_t{1} << 20;
                   s.batch = 0;
                 },
                 "the filter tensor must not pass 2^63-1 bytes"},
        RuleCase{"empty_counts_as_one",
                 [](ConvShape& s) {
                   s.batch = 0;
                   s.in_channels = std::int64_t{1} << 60;
                   s.out_channels = 1;
                 },
                 "the source tensor must not pass 2^63-1 bytes; the filter tensor must not pass "
                 "2^63-1 bytes"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Rules, BrokenTogetherAreNamedTogether) {
  ConvShape shape = sound();
  shape.batch = -1;
  shape.groups = 5;
  shape.axis[0].stride = 0;
  shape.axis[1].filter = 10;
  shape.direction = Direction::backward_weights;
  shape.constant_weights = shape.relu = true;
  EXPECT_EQ(broken(shape),
            "batch and channels must not be negative; groups must divide both channel counts; "
            "a relu needs direction fwd; "
            "constant weights have no gradient: not with direction bwdw; "
            "the stride must be positive along h; "
            "the filter (10 with its dilation) must fit the padded input (9) along w");
}

TEST(Rules, AllowEmptyTensorsAndTheLargest) {
  ConvShape shape = sound();
  shape.batch = shape.in_channels = shape.out_channels = 0;
  EXPECT_EQ(broken(shape), "");

  ConvShape large = ConvShape{};
  large.rank = 1;
  large.source_type = large.filter_type = large.destination_type = DataType::u8;
  large.accumulation = DataType::s32;
  large.axis[0].in = huge;
  large.axis[0].stride = huge;
  EXPECT_EQ(broken(large), "");
  EXPECT_EQ(bytes(ConvProblem::make(large), Role::source), static_cast<std::size_t>(huge));
  EXPECT_EQ(extents(ConvProblem::make(large), Role::destination)[2], 1);
}

TEST(Rules, AllowAnyLayoutForUnshared) {
  ConvShape shape = sound();
  shape.unshared = true;
  shape.source_layout = shape.filter_layout = shape.destination_layout = Layout::any;
  EXPECT_EQ(broken(shape), "");
}

TEST(Rules, AllowMixedTypesThatMeetInPractice) {
  for (const char* text : {"f16:f16:f32.nchw_n1c1i1k1f1", "u8:s8:f32.nchw_n1c1i1k1f1",
                           "u8:s8:u8.nchw_n1c1i1k1f1", "bf16:bf16:f32.nchw_n1c1i1k1f1",
                           "s8.nchw_n1c1i1k1f1_bias_relu", "f16.nchw_n1c1i1k1f1_accf16"})
    EXPECT_NO_THROW(parse_problem(text)) << text;
}

}  // namespace
}  // namespace convtune
