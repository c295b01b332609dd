// Sizes that follow from a problem, and the one form of its padding.
#include <vector>

#include <gtest/gtest.h>

#include <convtune/problem.hpp>

namespace convtune {
namespace {

using Extents = std::vector<std::int64_t>;

struct OutputCase {
  const char* name;
  Axis axis;
  std::int64_t out;
};

void PrintTo(const OutputCase& c, std::ostream* out) {
  *out << c.name;
}

template <typename Case>
std::string case_name(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

class OutputSize : public testing::TestWithParam<OutputCase> {};

TEST_P(OutputSize, MatchesCountingByHand) {
  ASSERT_TRUE(GetParam().axis.fits());
  EXPECT_EQ(GetParam().axis.out(), GetParam().out);
}

INSTANTIATE_TEST_SUITE_P(
    Axis, OutputSize,
    testing::Values(OutputCase{"point", {}, 1},
                    OutputCase{"same", {.in = 7, .filter = 3, .pad_left = 1, .pad_right = 1}, 7},
                    OutputCase{"valid", {.in = 7, .filter = 3}, 5},
                    OutputCase{"full", {.in = 7, .filter = 3, .pad_left = 2, .pad_right = 2}, 9},
                    OutputCase{"strided", {.in = 8, .filter = 3, .pad_left = 1, .stride = 2}, 4},
                    OutputCase{"stride_drops_the_rest", {.in = 9, .filter = 2, .stride = 4}, 2},
                    OutputCase{"dilated", {.in = 8, .filter = 3, .dilation = 2}, 4},
                    OutputCase{"dilated_point", {.in = 5, .filter = 1, .dilation = 3}, 5},
                    OutputCase{"exact_fit", {.in = 5, .filter = 3, .stride = 7, .dilation = 2}, 1},
                    OutputCase{"right_only", {.in = 4, .filter = 2, .pad_right = 1}, 4},
                    OutputCase{"cropped", {.in = 6, .filter = 2, .pad_right = -2}, 3},
                    OutputCase{
                        "all_padding", {.in = 1, .filter = 3, .pad_left = 5, .pad_right = 5}, 9}),
    case_name<OutputCase>);

TEST(Axis, WithAFilterLargerThanItsInputDoesNotFit) {
  EXPECT_FALSE((Axis{.in = 2, .filter = 3, .stride = 5}.fits()));
  EXPECT_FALSE((Axis{.in = 4, .filter = 3, .dilation = 2}.fits()));
  EXPECT_TRUE((Axis{.in = 2, .filter = 3, .pad_right = 1}.fits()));
}

/// Theano's table of output shapes: image (3, 2, 12, 9[, 7]), filters (4, 2, 5, 6[, 4]).
struct TheanoCase {
  const char* name;
  const char* text;
  Extents destination;
};
class TheanoOutputShape : public testing::TestWithParam<TheanoCase> {};

TEST_P(TheanoOutputShape, IsOurs) {
  EXPECT_EQ(extents(parse_problem(GetParam().text), Role::destination), GetParam().destination);
}

INSTANTIATE_TEST_SUITE_P(
    Table, TheanoOutputShape,
    testing::Values(
        TheanoCase{"valid", "n3c2i12x9k4f5x6s1x2p0x0d2x1", {3, 4, 4, 2}},
        TheanoCase{"half", "n3c2i12x9k4f5x6s1x2p4x3d2x1", {3, 4, 12, 5}},
        TheanoCase{"full", "n3c2i12x9k4f5x6s1x2p8x5d2x1", {3, 4, 20, 7}},
        TheanoCase{"padded", "n3c2i12x9k4f5x6s1x2p1x2d2x1", {3, 4, 6, 4}},
        TheanoCase{"valid_3d", "n3c2i12x9x7k4f5x6x4s1x2x1p0x0x0d2x1x1", {3, 4, 4, 2, 4}},
        TheanoCase{"half_3d", "n3c2i12x9x7k4f5x6x4s1x2x1p4x3x2d2x1x1", {3, 4, 12, 5, 8}},
        TheanoCase{"full_3d", "n3c2i12x9x7k4f5x6x4s1x2x1p8x5x3d2x1x1", {3, 4, 20, 7, 10}},
        TheanoCase{"padded_3d", "n3c2i12x9x7k4f5x6x4s1x2x1p1x2x3d2x1x1", {3, 4, 6, 4, 10}},
        TheanoCase{"pairs", "n2c2i4x4k4f2x2p1:2x2:1", {2, 4, 6, 6}},
        TheanoCase{"pairs_uneven", "n3c2i4x2k2f4x2p1:1x0:3", {3, 2, 3, 4}},
        TheanoCase{"pairs_one_axis", "n3c3i5x3k2f3x3p2:1x0:0", {3, 2, 6, 1}},
        TheanoCase{"no_images", "n0c1i6x6k1f2x2", {0, 1, 5, 5}},
        TheanoCase{"no_filters", "n1c1i6x6k0f2x2", {1, 0, 5, 5}}),
    case_name<TheanoCase>);

TEST(Extents, FollowTheRole) {
  const ConvProblem problem = parse_problem("bwdd.f16.nchw_n2c6i10x8k9f3x2s2x1p1x0g3");
  EXPECT_EQ(extents(problem, Role::source), (Extents{2, 6, 10, 8}));
  EXPECT_EQ(extents(problem, Role::filter), (Extents{9, 2, 3, 2}));
  EXPECT_EQ(extents(problem, Role::destination), (Extents{2, 9, 5, 7}));
  EXPECT_EQ(extents(problem, Role::bias), (Extents{9}));
  EXPECT_EQ(elements(problem, Role::filter), 108);
  EXPECT_EQ(bytes(problem, Role::source), 1920u);
  EXPECT_EQ(bytes(problem, Role::bias), 36u) << "bias has the accumulation type";
  EXPECT_EQ(multiply_accumulates(problem), 2. * 9 * 5 * 7 * 2 * 3 * 2);
}

TEST(Extents, OfUnsharedFiltersHoldTheOutputPosition) {
  const ConvProblem problem = parse_problem("n3c4i4x4k4f4x2s3x2p3x1g2_unshared");
  EXPECT_EQ(extents(problem, Role::filter), (Extents{4, 3, 3, 2, 4, 2}));
}

TEST(Extents, OfEmptyTensorsAreEmpty) {
  const ConvProblem no_channels = parse_problem("n1c0i6x6k1f2x2");
  EXPECT_EQ(elements(no_channels, Role::source), 0);
  EXPECT_EQ(elements(no_channels, Role::destination), 25);
  EXPECT_EQ(multiply_accumulates(no_channels), 0);
}

TEST(Extents, PassTwoToThe31) {
  const ConvProblem problem = parse_problem("f32.nchw_n4c1024i1024x1024k1f1x1");
  EXPECT_EQ(bytes(problem, Role::source), std::size_t{1} << 34);
}

TEST(OutputRole, IsWhatTheDirectionComputes) {
  EXPECT_EQ(output_role(Direction::forward), Role::destination);
  EXPECT_EQ(output_role(Direction::backward_data), Role::source);
  EXPECT_EQ(output_role(Direction::backward_weights), Role::filter);
}

/// A padding as a source writes it, and its canonical text.
struct PaddingCase {
  const char* name;
  const char* written;
  const char* canonical;
};
class CanonicalPadding : public testing::TestWithParam<PaddingCase> {};

TEST_P(CanonicalPadding, IsTheSimplestThatGivesTheSameOutputs) {
  const ConvProblem written = parse_problem(GetParam().written);
  EXPECT_EQ(text(written), text(parse_problem(GetParam().canonical)));
  EXPECT_EQ(written, parse_problem(GetParam().canonical));
  EXPECT_NE(text(written).find(std::string(GetParam().canonical)), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    OneAxis, CanonicalPadding,
    testing::Values(
        PaddingCase{"symmetric_stays", "n1c1i7k1f3s1p1d1g1", "n1c1i7k1f3s1p1d1g1"},
        // A 1x1 filter with stride 2 on 56: outputs 28 read up to 54, so -1 serves as well as 0.
        PaddingCase{"negative_is_not_needed", "n1c1i56k1f1s2p0:-1d1g1", "n1c1i56k1f1s2p0d1g1"},
        PaddingCase{"right_that_nothing_reads", "n1c1i7k1f1s2p0:1d1g1", "n1c1i7k1f1s2p0d1g1"},
        // 7x7 stride 2 pads 3 on 224: 112 outputs need 2 on the right.
        PaddingCase{"symmetric_if_it_serves", "n1c1i224k1f7s2p3:2d1g1", "n1c1i224k1f7s2p3d1g1"},
        PaddingCase{"least_right", "n1c1i6k1f2s3p0:4d1g1", "n1c1i6k1f2s3p0:2d1g1"},
        PaddingCase{"right_larger", "n1c1i4k1f2s1p1:2d1g1", "n1c1i4k1f2s1p1:2d1g1"},
        PaddingCase{"right_none", "n1c1i4k1f2s1p1:0d1g1", "n1c1i4k1f2s1p1:0d1g1"},
        // Two outputs: a right padding of 0 would give three.
        PaddingCase{"negative_where_nothing_else_works", "n1c1i4k1f2s1p0:-1d1g1",
                    "n1c1i4k1f2s1p0:-1d1g1"},
        // Without its padding the filter would not fit, although dividing would count one output.
        PaddingCase{"needed_to_fit", "n1c1i6k1f7s2p0:1d1g1", "n1c1i6k1f7s2p0:1d1g1"},
        PaddingCase{"zero_before_negative", "n1c1i10k1f3s4p4:-3d1g1", "n1c1i10k1f3s4p4:0d1g1"},
        PaddingCase{"least_negative_range", "n1c1i20k1f1s3p0:-9d1g1", "n1c1i20k1f1s3p0:-10d1g1"}),
    case_name<PaddingCase>);

TEST(CanonicalPadding, IsFoundByEachAxis) {
  EXPECT_EQ(text(parse_problem("n1c1i5x5x5k1f2x2x2s2x2x1p0:1x0:2x0:1")),
            "fwd.f32.nchw_n1c1i5x5x5k1f2x2x2s2x2x1p0:1x0:1x0:1d1x1x1g1");
}

TEST(CanonicalForm, ForgetsAxesBeyondTheRank) {
  ConvShape shape;
  shape.rank = 1;
  shape.axis[0].in = 4;
  ConvShape untidy = shape;
  untidy.axis[2] = {.in = -7, .stride = 0};
  EXPECT_EQ(ConvProblem::make(untidy), ConvProblem::make(shape));
}

TEST(ConvProblem, IsAKey) {
  const ConvProblem a = parse_problem("n1c1i5k1f2"), b = parse_problem("n2c1i5k1f2");
  EXPECT_NE(a, b);
  EXPECT_TRUE((a < b) != (b < a));
  EXPECT_EQ(std::hash<ConvProblem>()(a), static_cast<std::size_t>(hash(a)));
}

}  // namespace
}  // namespace convtune
