// Theano's table of types and ranks, row by row, and the shapes for which it took another one.
#include "algorithm_support.hpp"

#include <gmock/gmock.h>

namespace convtune::cudnn {
namespace {

using testing::HasSubstr;

std::string why_not(const std::string& name, const std::string& problem) {
  const ConvProblem parsed = parse_problem(problem);
  return objection(parse_algorithm(parsed->direction, name).value(), parsed);
}

/// A row: which of "f16 with f16 sums, f16, f32, f64" an algorithm takes, as T, P, F and D. Filters
/// are 3x1 and 3x3x1, which no shape rule keeps from anything.
struct Row {
  const char* direction;
  const char* name;
  const char* flat;
  const char* deep;
};
void PrintTo(const Row& row, std::ostream* out) {
  *out << row.direction << ' ' << row.name;
}

class Table : public testing::TestWithParam<Row> {};

std::string taken(const Row& row, const char* shape) {
  struct Types {
    char letter;
    const char *type, *sums;
  };
  std::string letters;
  for (const auto& [letter, type, sums] : {Types{'T', "f16", "_accf16"}, Types{'P', "f16", ""},
                                           Types{'F', "f32", ""}, Types{'D', "f64", ""}})
    if (why_not(row.name, std::string(row.direction) + "." + type + shape + sums).empty())
      letters += letter;
  return letters;
}

TEST_P(Table, TakesTheTypesThatTheanoKnew) {
  EXPECT_EQ(taken(GetParam(), ".nchw_n2c8i9x9k8f3x1s1x1p1x0d1x1g1"), GetParam().flat);
  EXPECT_EQ(taken(GetParam(), ".nchw_n2c8i9x9x9k8f3x3x1s1x1x1p1x1x0d1x1x1g1"), GetParam().deep);
}

TEST_P(Table, TakesALineAsAnImageOfOneRow) {
  EXPECT_EQ(taken(GetParam(), ".nchw_n2c8i9k8f3s1p1d1g1"), GetParam().flat);
}

INSTANTIATE_TEST_SUITE_P(
    Of, Table,
    testing::Values(Row{"fwd", "none", "PFD", "PFD"}, Row{"fwd", "small", "TPFD", "PFD"},
                    Row{"fwd", "large", "PFD", ""}, Row{"fwd", "direct", "", ""},
                    Row{"fwd", "fft", "PF", ""}, Row{"fwd", "fft_tiling", "PFD", "PFD"},
                    Row{"fwd", "winograd", "PF", ""}, Row{"fwd", "winograd_non_fused", "TPF", ""},
                    Row{"bwdd", "none", "PFD", "PFD"}, Row{"bwdd", "deterministic", "PFD", "PFD"},
                    Row{"bwdd", "fft", "PF", ""}, Row{"bwdd", "fft_tiling", "PFD", "PFD"},
                    Row{"bwdd", "winograd", "PF", ""}, Row{"bwdd", "winograd_non_fused", "PF", ""},
                    Row{"bwdw", "none", "PFD", "PFD"}, Row{"bwdw", "deterministic", "PFD", ""},
                    Row{"bwdw", "fft", "PF", ""}, Row{"bwdw", "small", "PFD", "PFD"},
                    Row{"bwdw", "winograd", "", ""}, Row{"bwdw", "winograd_non_fused", "PF", ""},
                    Row{"bwdw", "fft_tiling", "PFD", ""}),
    [](const auto& row) { return std::string(row.param.direction) + "_" + row.param.name; });

/// A shape rule; what is refused by it is taken at its border.
struct Shape {
  const char* name;
  const char *refused, *taken;
  const char* reason;
};

const std::vector<Shape> shapes = {
    {"fft", "fwd.f32.nchw_n2c8i9x9k8f3x3s2x1p1x1d1x1g1",
     "fwd.f32.nchw_n2c8i9x9k8f3x3s1x1p1x1d1x1g1", "stride 1 only"},
    {"fft", "bwdd.f32.nchw_n2c8i9x9k8f3x3s1x2p1x1d1x1g1",
     "bwdd.f32.nchw_n2c8i9x9k8f3x3s1x1p1x1d1x1g1", "stride 1 only"},
    {"fft", "bwdw.f32.nchw_n2c8i9x9k8f3x3s2x2p1x1d1x1g1",
     "bwdw.f32.nchw_n2c8i9x9k8f3x3s1x1p1x1d1x1g1", "stride 1 only"},
    {"fft", "fwd.f32.nchw_n2c8i9x1025k8f3x3s1x1p1x1d1x1g1",
     "fwd.f32.nchw_n2c8i9x1024k8f3x3s1x1p1x1d1x1g1", "up to 1024"},
    {"fft", "fwd.f32.nchw_n2c8i9x9k8f1x1s1x1p0x0d1x1g1",
     "fwd.f32.nchw_n2c8i9x9k8f1x3s1x1p0x0d1x1g1", "no 1x1 filters"},
    {"fft_tiling", "fwd.f32.nchw_n2c8i9x9k8f3x3s2x2p1x1d1x1g1",
     "fwd.f32.nchw_n2c8i9x1025k8f3x3s1x1p1x1d1x1g1", "stride 1 only"},
    {"fft_tiling", "bwdd.f32.nchw_n2c8i9x9k8f3x3s2x2p1x1d1x1g1",
     "bwdw.f32.nchw_n2c8i9x9k8f3x3s2x2p1x1d1x1g1", "stride 1 only"},
    {"fft_tiling", "fwd.f64.nchw_n2c8i9x9k8f3x3s1x1p1x1d1x1g1",
     "fwd.f64.nchw_n2c8i9x9k8f3x1s1x1p1x0d1x1g1", "size 1 along one axis"},
    {"winograd_non_fused", "fwd.f16.nchw_n2c8i9x9k8f5x5s1x1p1x1d1x1g1_accf16",
     "fwd.f16.nchw_n2c8i9x9k8f5x5s1x1p1x1d1x1g1", "no 5x5"},
    {"small", "fwd.f32.nchw_n65537c1i2x2x2k1f2x2x2s1x1x1p0x0x0d1x1x1g1",
     "fwd.f32.nchw_n65536c1i2x2x2k1f2x2x2s1x1x1p0x0x0d1x1x1g1", "65536 images"},
    {"small", "fwd.f32.nchw_n65537c1i2x2x2k1f2x2x2s1x1x1p0x0x0d1x1x1g1",
     "fwd.f32.nchw_n65537c1i2x2k1f2x2s1x1p0x0d1x1g1", "65536 images"},
};

TEST(CudnnAlgorithmShapes, AreKeptFromWhatTheanoTookAnotherOneFor) {
  for (const Shape& shape : shapes) {
    EXPECT_THAT(why_not(shape.name, shape.refused), HasSubstr(shape.reason)) << shape.refused;
    EXPECT_EQ(why_not(shape.name, shape.taken), "") << shape.name << ' ' << shape.taken;
  }
}

TEST(CudnnAlgorithmShapes, OfThreeAxesAreNamedAsSuch) {
  constexpr const char* deep = "fwd.f32.nchw_n2c8i9x9x9k8f3x3x3s1x1x1p1x1x1d1x1x1g1";
  EXPECT_EQ(why_not("fft", deep), "it takes no problems of three spatial axes");
  EXPECT_EQ(why_not("small", "fwd.f16.nchw_n2c8i9x9x9k8f3x3x3s1x1x1p1x1x1d1x1x1g1_accf16"),
            "it does not take f16 with sums in f16 with three spatial axes");
  EXPECT_EQ(why_not("none", "fwd.f16.nchw_n2c8i9x9k8f3x3s1x1p1x1d1x1g1_accf16"),
            "it does not take f16 with sums in f16");
}

struct Problem {
  const char* text;
  const char* reason;  ///< empty: it is taken
};

TEST(CudnnLegacyObjection, IsWhatTheDescriptorsCannotSay) {
  for (const auto& [text, reason] :
       {Problem{"fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1_unshared", "no locally connected"},
        Problem{"fwd.f32.nchw_n0c8i8x8k8f3x3s1x1p1x1d1x1g1", "no empty tensors"},
        Problem{"fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p0:1x1d1x1g1", "one padding for both ends"},
        Problem{"fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1_bias", "without bias"},
        Problem{"fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1_relu", "and relu only"},
        Problem{"fwd.bf16.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1", "f16, f32 and f64"},
        Problem{"fwd.s8.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1", "f16, f32 and f64"},
        Problem{"fwd.f32.nchw_n1c1i1x2147483648k1f1x1s1x1p0x0d1x1g1", "below 2^31"},
        Problem{"fwd.f32.nchw_n1c2i65536x32768k1f1x1s1x1p0x0d1x1g1", "below 2^31"},
        Problem{"fwd.f32.nchw_n2c1i65536x16384k1f1x1s1x1p0x0d1x1g1", ""},
        Problem{"fwd.f32.nchw_n1c8i8x8k8f3x3s2x1p1x0d2x1g4_flip", ""},
        Problem{"bwdw.f32.nhwc_n1c8i8k8f3s1p1d1g1_acc", ""}}) {
    if (*reason == '\0')
      EXPECT_EQ(legacy_objection(parse_problem(text)), "") << text;
    else
      EXPECT_THAT(legacy_objection(parse_problem(text)), HasSubstr(reason)) << text;
  }
}

}  // namespace
}  // namespace convtune::cudnn
