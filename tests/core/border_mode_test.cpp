#include <gtest/gtest.h>

#include <convtune/border_mode.hpp>

namespace convtune {
namespace {

using Paddings = std::vector<Padding>;

struct Sides {
  const char* name;
  BorderMode border;
  std::vector<std::int64_t> filter, dilation;
  Paddings expected;
  const char* text;
};

class BorderSides : public testing::TestWithParam<Sides> {};

TEST_P(BorderSides, AreTheanosRules) {
  const Sides& c = GetParam();
  EXPECT_EQ(c.border.padding(c.filter, c.dilation), c.expected);
  EXPECT_EQ(text(c.border), c.text);
}

INSTANTIATE_TEST_SUITE_P(
    Of, BorderSides,
    testing::Values(
        Sides{"Valid", "valid", {5, 6}, {2, 1}, {0, 0}, "valid"},
        Sides{"FullIsTheReachLessOne", "full", {5, 6}, {2, 1}, {8, 5}, "full"},
        Sides{"HalfIsHalfTheReach", "half", {5, 6}, {2, 1}, {4, 3}, "half"},
        Sides{"HalfOfAnEvenReach", "half", {2, 4}, {3, 1}, {2, 2}, "half"},
        Sides{"OneNumberIsForEveryAxis", 3, {1, 1, 1}, {1, 1, 1}, {3, 3, 3}, "3"},
        Sides{"ANumberAnAxis", {1, 2, 3}, {1, 1, 1}, {1, 1, 1}, {1, 2, 3}, "(1, 2, 3)"},
        Sides{"Pairs", {{1, 2}, {2, 1}}, {2, 2}, {1, 1}, {{1, 2}, {2, 1}}, "((1, 2), (2, 1))"},
        Sides{"EqualPairsAreNumbers", {{1, 1}, {0, 3}}, {2, 2}, {1, 1}, {1, {0, 3}}, "(1, (0, 3))"},
        Sides{"ZerosAreValid", {{0, 0}, 0}, {2, 2}, {1, 1}, {0, 0}, "valid"}),
    [](const auto& c) { return std::string(c.param.name); });

TEST(BorderMode, IsAValue) {
  EXPECT_EQ(BorderMode(), BorderMode("valid"));
  EXPECT_EQ(BorderMode(0), BorderMode("valid"));
  EXPECT_NE(BorderMode("half"), BorderMode("full"));
  EXPECT_EQ((BorderMode{1, 2}), (BorderMode{{1, 1}, {2, 2}}));
}

template <typename Make>
std::string refusal(Make make) {
  try {
    make();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_input);
    return error.what();
  }
  return "nothing was refused";
}

TEST(BorderMode, RefusesWhatTheanoRefuses) {
  EXPECT_EQ(refusal([] { return BorderMode("same"); }),
            "The border mode is 'same'; expected valid, half, full or numbers.");
  EXPECT_EQ(refusal([] { return BorderMode(-1); }),
            "The border mode is -1; expected numbers that are not negative.");
  EXPECT_EQ(refusal([] { return BorderMode{{1, 2}, {0, -1}}; }),
            "The border mode is ((1, 2), (0, -1)); expected numbers that are not negative.");
  EXPECT_EQ(refusal([] { return BorderMode(Paddings{}); }),
            "The border mode is (); expected a number for every axis.");
  EXPECT_EQ(refusal([] { return BorderMode({1, 2, 3}).padding({2, 2}, {1, 1}); }),
            "The border mode is (1, 2, 3); expected one number for each of 2 axes.");
  EXPECT_EQ(refusal([] { return BorderMode({1, {1, 2}, 3}).padding({2, 2, 2}, {1, 1, 1}); }),
            "The border mode is (1, (1, 2), 3); expected the same on both sides in three "
            "dimensions.");
}

}  // namespace
}  // namespace convtune
