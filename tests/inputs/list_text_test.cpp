#include "model/list_text.hpp"

#include <gtest/gtest.h>

#include <convtune/error.hpp>

namespace convtune {
namespace {

const ProblemList list = {
    .problems = {{.problem = parse_problem("n1c1i4k1f1"), .names = {"a", "", "5:b"}, .repeats = 7},
                 {.problem = parse_problem("n2c1i4x4k1f1_bias")}},
    .notes = {{.where = "x:1", .text = std::string("\0\n", 2), .rejected = true},
              {.where = "", .text = "y", .rejected = false}}};

TEST(ListText, GivesBackWhatWentIn) {
  const ProblemList back = unpacked(packed(list));
  ASSERT_EQ(back.problems.size(), 2u);
  EXPECT_EQ(back.problems[0].problem, list.problems[0].problem);
  EXPECT_EQ(back.problems[0].names, list.problems[0].names);
  EXPECT_EQ(back.problems[0].repeats, 7);
  EXPECT_EQ(back.problems[1].problem, list.problems[1].problem);
  ASSERT_EQ(back.notes.size(), 2u);
  EXPECT_EQ(back.notes[0].text, list.notes[0].text);
  EXPECT_TRUE(back.notes[0].rejected);
  EXPECT_EQ(back.notes[0].where, "x:1");
  EXPECT_FALSE(back.notes[1].rejected);
}

TEST(ListText, ThatIsDamagedIsRefused) {
  const std::string whole = packed(list);
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_THROW(unpacked(std::string_view(whole).substr(0, length)), Error) << length;
  EXPECT_THROW(unpacked(whole + "1:1"), Error);
  EXPECT_THROW(unpacked("99999999999999999999:"), Error);
  EXPECT_THROW(unpacked("-1:0"), Error);
}

}  // namespace
}  // namespace convtune
