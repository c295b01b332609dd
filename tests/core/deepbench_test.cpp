#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <convtune/problem_list.hpp>

#include "listed.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* speech = "fwd.f32.nchw_n4c1i161x700k32f5x20s2x2p0x0d1x1g1";
constexpr const char* face = "fwd.f32.nchw_n8c64i54x54k64f3x3s1x1p1x1d1x1g1";

TEST(DeepBench, ReadsBracesAndTuples) {
  const ProblemList list = read_problems(
      "    {700, 161, 1, 4, 32, 20, 5, 0, 0, 2, 2},\n"
      "std::make_tuple(54, 54, 64, 8, 64, 3, 3, 1, 1, 1, 1),\n(54,54,64,8,64,3,3,1,1,1,1)",
      "list");
  EXPECT_THAT(texts(list), ElementsAre(speech, face));
  EXPECT_EQ(list.problems[1].repeats, 2);
  EXPECT_THAT(notes(list), IsEmpty());
}

TEST(DeepBench, ReadsRowsInItsOrder) {
  EXPECT_THAT(
      texts(read_problems("700 161 1 4 32 20 5 0 0 2 2\n54,54,64,8,64,3,3,1,1,1,1", "list")),
      ElementsAre(speech, face));
}

TEST(DeepBench, AHeadingSaysWhichColumnIsWhich) {
  const ProblemList list = read_problems(
      "n,c,h,w,k,filter_h,filter_w,pad_h,pad_w,stride_h,stride_w,fwd_time (usec)\n"
      "4,1,161,700,32,5,20,0,0,2,2,55.5\n"
      "  w   h   c  n  k   f_w f_h pad_w pad_h stride_w stride_h precision fwd_time (usec)\n"
      "  54  54  64 8  64  3   3   1     1     1        1        float     120\n",
      "list");
  EXPECT_THAT(texts(list), ElementsAre(speech, face));
  EXPECT_THAT(notes(list), IsEmpty());
}

TEST(DeepBench, ErrorsSayWhere) {
  EXPECT_THAT(notes(read_problems("{700, 161, 1}\n{700, 161, 1, 4, x, 20, 5, 0, 0, 2, 2}\n"
                                  "(1,2\n"
                                  "w,h,c,n,k,filter_w,filter_h,pad_w,pad_h,stride_w,stride_h\n"
                                  "1,2,3\n{1, 1, 1, 1, 1, 2, 2, 0, 0, 1, 1}",
                                  "list")),
              ElementsAre("rejected list:1:2 found '700', expected 11 numbers (w h c n k filter_w "
                          "filter_h pad_w pad_h stride_w stride_h)",
                          "rejected list:2:18 found 'x', expected a number",
                          "rejected list:3:5 found the end, expected '}' or ')'",
                          "rejected list:5:6 found the end, expected a number for n",
                          testing::StartsWith("rejected list:6:1 the filter (2 with")));
}

}  // namespace
}  // namespace convtune
