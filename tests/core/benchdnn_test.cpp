#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include <convtune/problem_list.hpp>

namespace convtune {
namespace {

struct Line {
  std::string topology, written, expanded;
  std::int64_t repeats = 1;
};

std::vector<Line> given_lines() {
  std::ifstream in(CONVTUNE_TEST_DATA "/data/benchdnn.tsv");
  std::vector<Line> lines;
  for (std::string row; std::getline(in, row);) {
    if (row.starts_with("#")) continue;
    std::istringstream fields(row);
    std::string repeats;
    Line line;
    std::getline(fields, line.topology, '\t');
    std::getline(fields, line.written, '\t');
    std::getline(fields, line.expanded, '\t');
    std::getline(fields, repeats, '\t');
    line.repeats = std::stoll(repeats);
    lines.push_back(line);
  }
  return lines;
}

/// The number behind `key` in a fully expanded descriptor.
std::int64_t number(const std::string& expanded, const std::string& key) {
  const std::size_t at = expanded.find(key);
  EXPECT_NE(at, std::string::npos) << key << " in " << expanded;
  return std::stoll(expanded.substr(at + key.size()));
}

TEST(Benchdnn, ReadsEveryGivenLineAsItsExpansionSays) {
  const std::vector<Line> lines = given_lines();
  ASSERT_EQ(lines.size(), 163u);
  for (const Line& line : lines) {
    SCOPED_TRACE(line.written);
    const std::vector<ListedProblem> read = read_problem(line.written);
    ASSERT_EQ(read.size(), 1u);
    EXPECT_EQ(read[0].repeats, line.repeats);
    const ConvProblem& problem = read[0].problem;
    const std::string& e = line.expanded;
    EXPECT_EQ(problem->groups, number(e, "g"));
    EXPECT_EQ(problem->batch, number(e, "mb"));
    EXPECT_EQ(problem->in_channels, number(e, "ic"));
    EXPECT_EQ(problem->out_channels, number(e, "oc"));
    const std::string axes = e.find("id") != std::string::npos   ? "dhw"
                             : e.find("ih") != std::string::npos ? "hw"
                                                                 : "w";
    ASSERT_EQ(problem->axes().size(), axes.size());
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const Axis& axis = problem->axes()[i];
      const auto size = [&](char what) { return number(e, std::string{what, axes[i]}); };
      EXPECT_EQ(axis.in, size('i'));
      EXPECT_EQ(axis.filter, size('k'));
      EXPECT_EQ(axis.out(), size('o'));
      EXPECT_EQ(axis.stride, size('s'));
      EXPECT_EQ(axis.pad_left, size('p'));
      EXPECT_EQ(axis.dilation, size('d') + 1);
    }
    EXPECT_EQ(read_problem(line.expanded)[0].problem, problem);
    EXPECT_EQ(parse_problem(text(problem)), problem);
  }
}

TEST(Benchdnn, IsWhatTheInstalledSetsHold) {
  for (const ShapeSet& set : shape_sets()) {
    const ProblemList list = read_source(std::string(set.name));
    EXPECT_TRUE(list.notes.empty()) << set.name;
    EXPECT_FALSE(list.problems.empty()) << set.name;
    EXPECT_FALSE(set.summary.empty()) << set.name;
  }
  for (const Line& line : given_lines()) {
    const auto set = shape_set(line.topology);
    ASSERT_TRUE(set) << line.topology;
    EXPECT_NE(set->content.find(line.written + "\n"), std::string_view::npos) << line.written;
  }
}

struct Case {
  const char* name;
  const char* written;
  const char* canonical;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

class Descriptor : public testing::TestWithParam<Case> {};

TEST_P(Descriptor, BecomesAProblem) {
  const auto read = read_problem(GetParam().written);
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(text(read[0].problem), GetParam().canonical);
}

INSTANTIATE_TEST_SUITE_P(
    Grammar, Descriptor,
    testing::Values(
        Case{"defaults", "ic16ih7oc32kh3", "fwd.f32.nchw_n2c16i7x7k32f3x3s1x1p0x0d1x1g1"},
        Case{"padding_from_output", "ic16ih7oc32oh7kh3",
             "fwd.f32.nchw_n2c16i7x7k32f3x3s1x1p1x1d1x1g1"},
        Case{"output_from_padding", "ic16ih7oc32kh3ph1sh2",
             "fwd.f32.nchw_n2c16i7x7k32f3x3s2x2p1x1d1x1g1"},
        Case{"right_from_output", "ic16iw8oc32ow8kw4pw1", "fwd.f32.nchw_n2c16i8k32f4s1p1:2d1g1"},
        Case{"negative_right", "ic16iw8oc32ow4kw2pw0", "fwd.f32.nchw_n2c16i8k32f2s1p0:-3d1g1"},
        Case{"dilation_counts_from_0", "ic16iw8oc32kw3dw1pw2", "fwd.f32.nchw_n2c16i8k32f3s1p2d2g1"},
        Case{"any_order_and_underscores", "_kw3_oc32__iw8ic16g2mb5_",
             "fwd.f32.nchw_n5c16i8k32f3s1p0d1g2"},
        Case{"one_axis", "mb1ic3iw9oc4kw3", "fwd.f32.nchw_n1c3i9k4f3s1p0d1g1"},
        Case{"height_alone_is_square", "mb1ic3ih9oc4kh3sh2ph1dh1",
             "fwd.f32.nchw_n1c3i9x9k4f3x3s2x2p1x1d2x2g1"},
        Case{"depth_alone_is_a_cube", "mb1ic3id9oc4kd3sd2pd1",
             "fwd.f32.nchw_n1c3i9x9x9k4f3x3x3s2x2x2p1x1x1d1x1x1g1"},
        Case{"zero_is_left_out", "mb1ic3ih9oh0oc4kh3id0kd0",
             "fwd.f32.nchw_n1c3i9x9k4f3x3s1x1p0x0d1x1g1"},
        Case{"empty_batch", "mb0ic3iw9oc4kw3", "fwd.f32.nchw_n0c3i9k4f3s1p0d1g1"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Descriptor, OfALayerIsOurProblem) {
  EXPECT_EQ(read_problem("mb1ic256ih56iw56oc512oh28ow28kh1kw1sh2sw2ph0pw0")[0].problem,
            parse_problem("n1c256i56x56k512f1s2"));
  EXPECT_EQ(read_problem("mb1ic3ih224iw224oc64oh112ow112kh7kw7sh2sw2ph3pw3")[0].problem,
            parse_problem("n1c3i224x224k64f7s2p3"));
}

struct NameCase {
  const char* written;
  std::vector<std::string> names;
  std::int64_t repeats;
};

TEST(Descriptor, MayEndInANameAndACount) {
  for (const auto& [name, names, repeats] :
       {NameCase{"n\"resnet_50:res2a*4\"", {"resnet_50:res2a"}, 4},
        NameCase{"nconv/7x7_s2", {"conv/7x7_s2"}, 1}, NameCase{"_nx*20", {"x"}, 20},
        NameCase{"n\"*2\"", {}, 2}, NameCase{"n", {}, 1}, NameCase{"n\"\"", {}, 1}}) {
    const auto read = read_problem("ic1iw4oc1kw1" + std::string(name));
    EXPECT_EQ(read[0].names, names) << name;
    EXPECT_EQ(read[0].repeats, repeats) << name;
  }
}

struct ErrorCase {
  const char* name;
  const char* written;
  int column;
  const char* finding;
};
void PrintTo(const ErrorCase& c, std::ostream* out) {
  *out << c.name;
}

class BadDescriptor : public testing::TestWithParam<ErrorCase> {};

TEST_P(BadDescriptor, IsAnsweredWithPlaceFindingAndExpectation) {
  const ErrorCase& bad = GetParam();
  try {
    read_problem(bad.written);
    FAIL() << "was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    EXPECT_EQ(std::string(error.what()),
              "column " + std::to_string(bad.column) + " of '" + bad.written + "': " + bad.finding);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Grammar, BadDescriptor,
    testing::Values(
        ErrorCase{"unknown_key", "ic16ih7oc32qh3", 12,
                  "found 'qh3', expected a key and its number (mb, ic, ih, kh, sh, ph, dh, ...) or "
                  "n and a name"},
        ErrorCase{"negative", "ic16ih-7oc32kh3", 5,
                  "found 'ih', expected a key and its number (mb, ic, ih, kh, sh, ph, dh, ...) or "
                  "n and a name"},
        ErrorCase{"twice", "ic16ic3", 5, "found 'ic3', expected each key once"},
        ErrorCase{"too_large", "ic99999999999999999999", 3,
                  "found '99999999999999999999', expected a number below 2^63"},
        ErrorCase{"no_channels", "ih7oc32kh3", 11, "found the end, expected the size 'ic'"},
        ErrorCase{"no_filter", "ic16ih7oc32", 12, "found the end, expected the size 'kh'"},
        ErrorCase{"no_input", "ic16oh7oc32kh3", 15, "found the end, expected the size 'ih'"},
        ErrorCase{"nothing_spatial", "ic16oc32", 9, "found the end, expected the size 'iw'"},
        ErrorCase{"height_missing", "ic16oc32id3iw3kd1kw1", 21,
                  "found the end, expected the sizes of h, or neither h nor w"},
        ErrorCase{"width_missing", "ic16oc32id3ih3kd1kh1", 21,
                  "found the end, expected the sizes of w, or neither h nor w"},
        ErrorCase{"stride_0", "ic16oc32iw3kw1sw0", 15, "found 'sw0', expected a positive stride"},
        ErrorCase{"dilation", "ic1oc1iw3kw1dw9223372036854775807", 13,
                  "found 'dw9223372036854775807', expected a smaller dilation"},
        ErrorCase{"padding_overflows", "ic1oc1iw3kw1ow9223372036854775807sw9", 13,
                  "found 'ow9223372036854775807sw9', expected sizes whose padding stays below "
                  "2^63"},
        ErrorCase{"open_quote", "ic1iw3oc1kw1n\"a", 16,
                  "found the end, expected '\"' at the end of the name"},
        ErrorCase{"behind_name", "ic1iw3oc1kw1n\"a\"b", 17,
                  "found 'b', expected nothing after the name"},
        ErrorCase{"repeats_0", "ic1iw3oc1kw1nx*0", 16,
                  "found '0', expected a number from 1 to 1000000000 after '*' in the name"},
        ErrorCase{"repeats_words", "ic1iw3oc1kw1nx*two", 16,
                  "found 'two', expected a number from 1 to 1000000000 after '*' in the name"}),
    [](const auto& tested) { return tested.param.name; });

TEST(BadDescriptor, ThatBreaksARuleNamesIt) {
  EXPECT_THROW(read_problem("ic16ih3oc32kh5"), InvalidProblem);
  EXPECT_THROW(read_problem("g3ic16ih3oc32kh1"), InvalidProblem);
  EXPECT_THROW(read_problem("ic1ih9oc1oh1kh1"), InvalidProblem) << "a negative left padding";
}

}  // namespace
}  // namespace convtune
