#include <random>
#include <string>

#include <gtest/gtest.h>

#include <convtune/problem.hpp>

#include "random_problem.hpp"

namespace convtune {
namespace {

struct TextCase {
  const char* name;
  const char* written;
  const char* canonical;
};
void PrintTo(const TextCase& c, std::ostream* out) {
  *out << c.name;
}

class ProblemText : public testing::TestWithParam<TextCase> {};

TEST_P(ProblemText, IsReadAndPrintedCanonically) {
  EXPECT_EQ(text(parse_problem(GetParam().written)), GetParam().canonical);
  EXPECT_EQ(text(parse_problem(GetParam().canonical)), GetParam().canonical);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ProblemText,
    testing::Values(
        TextCase{"canonical", "fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1",
                 "fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1"},
        TextCase{"one_axis", "bwdw.f64.nhwc_n1c4i9k2f3s2p1d1g2",
                 "bwdw.f64.nhwc_n1c4i9k2f3s2p1d1g2"},
        TextCase{"three_axes", "bwdd.bf16.any_n1c4i9x8x7k2f3x2x1s1x2x3p1x0x2d1x2x1g2",
                 "bwdd.bf16.any_n1c4i9x8x7k2f3x2x1s1x2x3p1x0x2d1x2x1g2"},
        TextCase{"asymmetric", "fwd.f32.nchw_n1c1i6x6k1f2x3s1x1p0:1x2:3d1x1g1",
                 "fwd.f32.nchw_n1c1i6x6k1f2x3s1x1p0:1x2:3d1x1g1"},
        TextCase{"negative_right", "fwd.f32.nchw_n1c1i6k1f2s1p0:-1d1g1",
                 "fwd.f32.nchw_n1c1i6k1f2s1p0:-1d1g1"},
        TextCase{"mixed_types", "fwd.f16:f16:f32.nchw_n1c1i6k1f2s1p0d1g1",
                 "fwd.f16:f16:f32.nchw_n1c1i6k1f2s1p0d1g1"},
        TextCase{"equal_types_once", "fwd.f16:f16:f16.nchw_n1c1i6k1f2s1p0d1g1",
                 "fwd.f16.nchw_n1c1i6k1f2s1p0d1g1"},
        TextCase{"mixed_layouts", "fwd.f32.nchw:krsc:nchw_n1c1i6k1f2s1p0d1g1",
                 "fwd.f32.nchw:krsc:nchw_n1c1i6k1f2s1p0d1g1"},
        TextCase{"equal_layouts_once", "fwd.f32.nhwc:krsc:nhwc_n1c1i6k1f2s1p0d1g1",
                 "fwd.f32.nhwc_n1c1i6k1f2s1p0d1g1"},
        TextCase{
            "every_tail",
            "fwd.f16.nchw_n1c1i6x6k1f2x2s1x1p0x0d1x1g1_acc_relu_bias_accf16_constw_unshared_flip",
            "fwd.f16.nchw_n1c1i6x6k1f2x2s1x1p0x0d1x1g1_flip_unshared_constw_accf16_bias_relu_acc"},
        TextCase{"usual_accumulation_unwritten", "fwd.f16.nchw_n1c1i6k1f2s1p0d1g1_accf32",
                 "fwd.f16.nchw_n1c1i6k1f2s1p0d1g1"},
        TextCase{"usual_of_the_source", "fwd.f16:f16:f64.nchw_n1c1i6k1f2s1p0d1g1_accf64",
                 "fwd.f16:f16:f64.nchw_n1c1i6k1f2s1p0d1g1_accf64"},
        TextCase{"integers", "fwd.u8:s8:s32.nhwc_n1c1i6k1f2s1p0d1g1",
                 "fwd.u8:s8:s32.nhwc_n1c1i6k1f2s1p0d1g1"},
        TextCase{"defaults", "c64i56x56k64f3x3", "fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p0x0d1x1g1"},
        TextCase{"one_value_for_all_axes", "n1c64i56x56k64f3s2p1",
                 "fwd.f32.nchw_n1c64i56x56k64f3x3s2x2p1x1d1x1g1"},
        TextCase{"any_order", "g2p1f3k64i8x8c64n4", "fwd.f32.nchw_n4c64i8x8k64f3x3s1x1p1x1d1x1g2"},
        TextCase{"head_in_part", "bwdd_n1c1i6k1f2", "bwdd.f32.nchw_n1c1i6k1f2s1p0d1g1"},
        TextCase{"head_of_type", "f64_n1c1i6k1f2", "fwd.f64.nchw_n1c1i6k1f2s1p0d1g1"},
        TextCase{"head_of_layout", "nhwc_n1c1i6k1f2", "fwd.f32.nhwc_n1c1i6k1f2s1p0d1g1"},
        TextCase{"leading_zeros", "n01c1i06k1f2", "fwd.f32.nchw_n1c1i6k1f2s1p0d1g1"}),
    [](const auto& tested) { return tested.param.name; });

struct ErrorCase {
  const char* name;
  const char* written;
  const char* message;  ///< less "column N of 'text': "
  int column;
};
void PrintTo(const ErrorCase& c, std::ostream* out) {
  *out << c.name;
}

class BadProblemText : public testing::TestWithParam<ErrorCase> {};

TEST_P(BadProblemText, IsAnsweredWithPlaceFindingAndExpectation) {
  const ErrorCase& bad = GetParam();
  try {
    parse_problem(bad.written);
    FAIL() << "was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    EXPECT_EQ(std::string(error.what()),
              "column " + std::to_string(bad.column) + " of '" + bad.written + "': " + bad.message);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadProblemText,
    testing::Values(
        ErrorCase{"empty", "",
                  "found the end, expected a direction (fwd, bwdd or bwdw), a type (f64, f32, f16, "
                  "bf16, s8, u8 or s32) or a layout (nchw, nhwc, any, or three like "
                  "nchw:krsc:nchw)",
                  1},
        ErrorCase{"direction", "forward.f32.nchw_n1",
                  "found 'forward', expected a direction (fwd, bwdd or bwdw), a type (f64, f32, "
                  "f16, bf16, s8, u8 or s32) or a layout (nchw, nhwc, any, or three like "
                  "nchw:krsc:nchw)",
                  1},
        ErrorCase{"type", "fwd.float.nchw_n1",
                  "found 'float', expected a type (f64, f32, f16, bf16, s8, u8 or s32) or a layout "
                  "(nchw, nhwc, any, or three like nchw:krsc:nchw)",
                  5},
        ErrorCase{"layout", "fwd.f32.chwn_n1",
                  "found 'chwn', expected a layout (nchw, nhwc, any, or three like "
                  "nchw:krsc:nchw)",
                  9},
        ErrorCase{"second_layout", "fwd.f32.nchw.nhwc_n1",
                  "found 'nhwc', expected nothing more before '_'", 14},
        ErrorCase{"two_types", "fwd.f16:f16.nchw_n1",
                  "found '.', expected ':' and a type (f64, f32, f16, bf16, s8, u8 or s32)", 12},
        ErrorCase{"filter_layout", "fwd.f32.nchw:nchw:nchw_n1",
                  "found 'nchw', expected a filter layout (kcrs, krsc or any)", 14},
        ErrorCase{"head_without_sizes", "fwd.f32", "found the end, expected '.' or '_'", 8},
        ErrorCase{"unknown_size", "n1c1i6k1q2", "found 'q2', expected one of the sizes f s p d g",
                  9},
        ErrorCase{"size_twice", "n1c1c1i6k1f2",
                  "found 'c1i6k1f2', expected each size once, left are i k f s p d g", 5},
        ErrorCase{"missing_size", "n1c1i6f2", "found the end, expected the size 'k' (filters)", 9},
        ErrorCase{"no_number", "n1c1ixk1f2", "found 'xk1f2', expected a number", 6},
        ErrorCase{"negative", "n-1c1i6k1f2",
                  "found 'n', expected a direction (fwd, bwdd or bwdw), a type (f64, f32, f16, "
                  "bf16, s8, u8 or s32) or a layout (nchw, nhwc, any, or three like "
                  "nchw:krsc:nchw)",
                  1},
        ErrorCase{"negative_left", "n1c1i6k1f2p-1", "found '-', expected a number", 12},
        ErrorCase{"too_large", "n9223372036854775808c1i6k1f2",
                  "found '9223372036854775808c1i6k1f2', expected a number below 2^63", 2},
        ErrorCase{"four_axes", "n1c1i6x6x6x6k1f2",
                  "found 'i6x6x6x6k1f2', expected one, two or three input extents", 5},
        ErrorCase{"axes_disagree", "n1c1i6x6k1f2s1x1x1",
                  "found 's1x1x1', expected one value or as many as input extents (2)", 13},
        ErrorCase{"tail", "n1c1i6k1f2_bais",
                  "found 'bais', expected a tail (flip, unshared, constw, acc and a type, bias, "
                  "relu or acc)",
                  12},
        ErrorCase{"a_word_of_any_letters", "n1c1i6k1f2_schw\u00e4che",
                  "found 'schw\u00e4che', expected a tail (flip, unshared, constw, acc and a type, "
                  "bias, relu or acc)",
                  12},
        ErrorCase{"tail_twice", "n1c1i6k1f2_bias_bias", "found 'bias', expected each tail once",
                  17},
        ErrorCase{"accumulation", "n1c1i6k1f2_accf8",
                  "found 'accf8', expected a tail (flip, unshared, constw, acc and a type, bias, "
                  "relu or acc)",
                  12},
        ErrorCase{"rubbish_behind", "n1c1i6k1f2 ", "found ' ', expected one of the sizes s p d g",
                  11}),
    [](const auto& tested) { return tested.param.name; });

TEST(BadProblemText, IsShownShortAndPrintable) {
  try {
    parse_problem("fwd.f32.nchw_n1" + std::string(100, 'c') + "\n\x01");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), "column 17 of 'fwd.f32.nchw_n1" + std::string(45, 'c') +
                                             "...': found '" + std::string(60, 'c') +
                                             "...', expected a number");
  }
}

TEST(ProblemText, BreakingARuleNamesTheRule) {
  EXPECT_THROW(parse_problem("n1c1i6k1f9"), InvalidProblem);
  EXPECT_THROW(parse_problem("n1c1i6k1f2s0"), InvalidProblem);
}

TEST(ProblemText, RoundTripsForRandomProblems) {
  std::mt19937_64 random(20240229);
  for (int i = 0; i < 20000; ++i) {
    const ConvProblem problem = random_problem(random, {.channels = 70, .extent = 60});
    const ConvProblem again = parse_problem(text(problem));
    ASSERT_EQ(problem, again) << text(problem);
    ASSERT_EQ(text(problem), text(again));
    ASSERT_EQ(ConvProblem::make(problem.shape()), problem) << "canonical form is not stable";
  }
}

/// Stored in databases: these never change.
TEST(ProblemHash, HasGoldenValues) {
  const std::pair<const char*, std::uint64_t> golden[] = {
      {"fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1", 0x44c19d76c95816c8},
      {"fwd.f32.nchw_n1c128i28k128f3s1p1d1g1", 0x666af3313d3934e6},
      {"bwdd.f32.nchw_n1c256i28x28k512f1x1s2x2p0x0d1x1g1", 0x1a61feb7f7caf4b6},
  };
  for (const auto& [problem, value] : golden)
    EXPECT_EQ(hash(parse_problem(problem)), value) << problem;
}

TEST(ProblemHash, DiffersForSimilarProblems) {
  EXPECT_NE(hash(parse_problem("n1c1i6k1f2")), hash(parse_problem("n1c1i6k1f2_flip")));
  EXPECT_NE(hash(parse_problem("n1c12i6k1f2")), hash(parse_problem("n11c2i6k1f2")));
}

}  // namespace
}  // namespace convtune
