#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <convtune/problem_list.hpp>

#include "listed.hpp"
#include "temporary_folder.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ProblemList read(std::string_view content) {
  return read_problems(content, "list");
}

TEST(BatchFile, MixesGrammarsCommentsAndBlankLines) {
  const ProblemList list = read(
      "# a list\n\n  n1c1i4k1f1 # own text\r\nmb1ic1iw5oc1kw1 mb1ic1iw6oc1kw1\n\t#mb1ic1iw7oc1kw1");
  EXPECT_THAT(texts(list),
              ElementsAre("fwd.f32.nchw_n1c1i4k1f1s1p0d1g1", "fwd.f32.nchw_n1c1i5k1f1s1p0d1g1",
                          "fwd.f32.nchw_n1c1i6k1f1s1p0d1g1"));
  EXPECT_THAT(notes(list), IsEmpty());
}

TEST(BatchFile, AByteOrderMarkIsNoText) {
  const ProblemList list = read("\xEF\xBB\xBFn1c1i4k1f1\n");
  EXPECT_THAT(texts(list), ElementsAre("fwd.f32.nchw_n1c1i4k1f1s1p0d1g1"));
  EXPECT_THAT(notes(list), IsEmpty());
}

TEST(BatchFile, MergesEqualProblems) {
  const ProblemList list = read(
      "mb1ic1iw4oc1kw1n\"a*2\"\nmb2ic1iw4oc1kw1\nn1c1i4k1f1\nmb1ic1iw4oc1kw1n\"b*3\"\n"
      "mb1ic1iw4oc1kw1n\"a\"");
  ASSERT_EQ(list.problems.size(), 2u);
  EXPECT_EQ(list.problems[0].repeats, 7);
  EXPECT_THAT(list.problems[0].names, ElementsAre("a", "b"));
  EXPECT_EQ(list.problems[1].repeats, 1);
}

TEST(BatchFile, RejectsBadLinesAndGoesOn) {
  const ProblemList list = read("n1c1i4k1f1\n n1c1i4q1\nn1c1i4k1f9 mb1ic1iw3oc1kw1\nwhat");
  EXPECT_EQ(list.problems.size(), 2u);
  EXPECT_THAT(
      notes(list),
      ElementsAre("rejected list:2:8 found 'q1', expected one of the sizes k f s p d g",
                  "rejected list:3:1 the filter (9 with its dilation) must fit the padded input "
                  "(4) along w",
                  "rejected list:4:1 found 'what', expected a problem such as "
                  "'fwd.f32.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1' or 'mb1ic64ih56oc64kh3ph1'"));
}

TEST(BatchOptions, HoldForWhatFollows) {
  const ProblemList list = read(
      "ic1iw4oc1kw1\n--mb=7\nic1iw4oc1kw1\n--dir=BWD_W --dt=bf16 ic1iw4oc1kw1\n--reset\n"
      "mb3ic1iw4oc1kw1");
  EXPECT_THAT(texts(list),
              ElementsAre("fwd.f32.nchw_n2c1i4k1f1s1p0d1g1", "fwd.f32.nchw_n7c1i4k1f1s1p0d1g1",
                          "bwdw.bf16.nchw_n7c1i4k1f1s1p0d1g1", "fwd.f32.nchw_n3c1i4k1f1s1p0d1g1"));
}

struct OptionCase {
  const char* option;
  const char* problem;
};

TEST(BatchOptions, NameDirectionsAndTypes) {
  for (const auto& [option, problem] :
       {OptionCase{"--dir=FWD_D", "fwd.f32.nchw_n1c1i4k1f1s1p0d1g1"},
        OptionCase{"--dir=FWD_I", "fwd.f32.nchw_n1c1i4k1f1s1p0d1g1"},
        OptionCase{"--dir=FWD_B", "fwd.f32.nchw_n1c1i4k1f1s1p0d1g1_bias"},
        OptionCase{"--dir=BWD_D", "bwdd.f32.nchw_n1c1i4k1f1s1p0d1g1"},
        OptionCase{"--dir=BWD_W", "bwdw.f32.nchw_n1c1i4k1f1s1p0d1g1"},
        OptionCase{"--dt=f16:f16:f32", "fwd.f16:f16:f32.nchw_n1c1i4k1f1s1p0d1g1"},
        OptionCase{"--cfg=f32", "fwd.f32.nchw_n1c1i4k1f1s1p0d1g1"},
        OptionCase{"--cfg=u8s8s32", "fwd.u8:s8:s32.nchw_n1c1i4k1f1s1p0d1g1"},
        OptionCase{"--cfg=bf16bf16f32", "fwd.bf16:bf16:f32.nchw_n1c1i4k1f1s1p0d1g1"},
        OptionCase{"--mb=0", "fwd.f32.nchw_n1c1i4k1f1s1p0d1g1"}})
    EXPECT_THAT(texts(read(std::string(option) + " mb1ic1iw4oc1kw1")), ElementsAre(problem))
        << option;
}

TEST(BatchOptions, WithSeveralValuesStandForOneProblemEach) {
  EXPECT_THAT(texts(read("--dir=FWD_D,BWD_D --mb=1,2 ic1iw4oc1kw1")),
              ElementsAre("fwd.f32.nchw_n1c1i4k1f1s1p0d1g1", "fwd.f32.nchw_n2c1i4k1f1s1p0d1g1",
                          "bwdd.f32.nchw_n1c1i4k1f1s1p0d1g1", "bwdd.f32.nchw_n2c1i4k1f1s1p0d1g1"));
}

TEST(BatchOptions, ThatDoNotConcernTheProblemAreSkippedWithANote) {
  EXPECT_THAT(notes(read("--skip-impl=ref\n --stag=axb ic1iw4oc1kw1")),
              ElementsAre("list:1:1 '--skip-impl=ref' does not concern the problem and is skipped",
                          "list:2:2 '--stag=axb' is not taken over (how tensors lie is said by "
                          "--layout) and is skipped"));
}

TEST(BatchOptions, WithABadValueLeaveOutWhatFollowsUntilTheyAreSetWell) {
  const ProblemList list = read(
      "--dt=f31 ic1iw4oc1kw1\nfwd.f32.nchw_n1c1i4k1f1s1p0d1g1\n--cfg=f32\nic1iw5oc1kw1\n"
      "--mb=x\nic1iw6oc1kw1\n--reset ic1iw7oc1kw1");
  EXPECT_THAT(texts(list),
              ElementsAre("fwd.f32.nchw_n1c1i4k1f1s1p0d1g1", "fwd.f32.nchw_n2c1i5k1f1s1p0d1g1",
                          "fwd.f32.nchw_n2c1i7k1f1s1p0d1g1"));
  EXPECT_THAT(notes(list),
              testing::Contains("rejected list:1:10 'ic1iw4oc1kw1' is left out: --dt (list:1:1) is "
                                "not understood"));
}

TEST(BatchOptions, WithBadValuesAreRejected) {
  EXPECT_THAT(
      notes(read("--dir=FWD\n--dt=f31\n--cfg=u8s8\n--mb=x\n--mb=1;2")),
      ElementsAre(
          "rejected list:1:7 found 'FWD', expected a direction (FWD_D, FWD_B, FWD_I, BWD_D or "
          "BWD_W)",
          "rejected list:2:6 found 'f31', expected a type, or those of source, filter and "
          "destination (f32:f32:f32)",
          "rejected list:3:7 found 'u8s8', expected a configuration of one or three types (f32, "
          "u8s8f32)",
          "rejected list:4:6 found 'x', expected a number",
          "rejected list:5:7 found ';', expected ',' or the end"));
}

TEST(NestedBatch, IsReadRelativeToItsFile) {
  const TemporaryFolder folder;
  folder.write("sub/inner", "ic1iw5oc1kw1\nbad\n--batch=leaf");
  folder.write("sub/leaf", "--mb=9\n");
  const std::string outer =
      folder.write("outer", "--mb=3\n--batch=sub/inner\nic1iw6oc1kw1\nworse\n");
  const ProblemList list = read_source(outer);
  EXPECT_THAT(texts(list),
              ElementsAre("fwd.f32.nchw_n3c1i5k1f1s1p0d1g1", "fwd.f32.nchw_n9c1i6k1f1s1p0d1g1"));
  ASSERT_EQ(list.notes.size(), 2u);
  EXPECT_EQ(list.notes[0].where, folder.path() + "/sub/inner:2:1");
  EXPECT_EQ(list.notes[1].where, outer + ":4:1");
}

TEST(NestedBatch, ThatIsNotThereOrReadsItselfIsRejected) {
  const TemporaryFolder folder;
  const std::string loop = folder.write("loop", "--batch=loop\nic1iw6oc1kw1\n");
  const ProblemList list =
      read_problems("--batch=none\n--batch=loop\n--batch=.", "list", folder.path());
  EXPECT_EQ(list.problems.size(), 1u);
  EXPECT_THAT(notes(list),
              ElementsAre("rejected list:1:1 there is no file '" + folder.path() + "/none'",
                          "rejected " + loop + ":1:1 'loop' reads itself",
                          "rejected list:3:1 '" + folder.path() + "/.' is a folder"));
}

TEST(NestedBatch, HasABoundedDepthAndNumber) {
  const TemporaryFolder folder;
  for (int i = 0; i < 20; ++i)
    folder.write(std::to_string(i),
                 "--batch=" + std::to_string(i + 1) + "\n--batch=" + std::to_string(i + 1) + "\n");
  folder.write("20", "ic1iw6oc1kw1");
  const ProblemList list = read_problems("--batch=0", "list", folder.path());
  EXPECT_TRUE(list.problems.empty());
  ASSERT_FALSE(list.notes.empty());
  EXPECT_EQ(list.notes.front().text, "batch files may be nested 16 deep");
  EXPECT_EQ(list.notes.back().text, "one list may read 1000 batch files");
}

TEST(NestedBatch, ReadsPlainFilesOnly) {
  EXPECT_THAT(notes(read("--batch=/dev/null")),
              ElementsAre("rejected list:1:1 '/dev/null' is not a plain file"));
}

}  // namespace
}  // namespace convtune
