#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <convtune/problem_list.hpp>

#include "listed.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> problems(const std::string& line) {
  const ProblemList list = read_problems(line, "list");
  EXPECT_THAT(notes(list), IsEmpty()) << line;
  return texts(list);
}

struct Line {
  const char* name;
  const char* line;
  std::vector<std::string> problems;
};

class MiopenLines : public testing::TestWithParam<Line> {};

TEST_P(MiopenLines, StandForProblems) {
  EXPECT_THAT(problems(GetParam().line), testing::ElementsAreArray(GetParam().problems));
}

INSTANTIATE_TEST_SUITE_P(
    Core, MiopenLines,
    testing::Values(
        Line{"logged",
             "MIOpen(HIP): Command [LogCmdConvolution] ./bin/MIOpenDriver conv -n 128 -c 3 -H 32 "
             "-W 32 -k 64 -y 3 -x 3 -p 1 -q 1 -u 1 -v 1 -l 1 -j 1 -m conv -g 1 -F 1 -t 1",
             {"fwd.f32.nchw_n128c3i32x32k64f3x3s1x1p1x1d1x1g1"}},
        Line{"grouped_half",
             "convfp16 -n 128 -c 256 -H 56 -W 56 -k 256 -y 3 -x 3 -p 1 -q 1 -u 1 -v 1 -l 1 -j 1 "
             "-m conv -g 32 -F 4 -t 1",
             {"bwdw.f16.nchw_n128c256i56x56k256f3x3s1x1p1x1d1x1g32"}},
        Line{"three_axes",
             "conv -n 1 -c 1 --in_d 256 -H 512 -W 384 -k 1 --fil_d 3 -y 3 -x 3 --pad_d 1 -p 1 -q 1 "
             "--conv_stride_d 1 -u 1 -v 1 --dilation_d 1 -l 1 -j 1 --spatial_dim 3 -m conv -g 1 "
             "-F 4 -t 1 -i 1",
             {"bwdw.f32.nchw_n1c1i256x512x384k1f3x3x3s1x1x1p1x1x1d1x1x1g1"}},
        Line{"three_axes_by_letters",
             "MIOpenDriver.exe convbfp16 -! 5 -H 6 -W 7 -@ 3 -y 2 -x 1 -$ 1 -# 2 -^ 2 -_ 3 -n 1 -F "
             "1",
             {"fwd.bf16.nchw_n1c3i5x6x7k32f3x2x1s2x1x1p1x0x0d2x1x1g1"}},
        Line{"transposed_all",
             "conv -m trans -x 7 -y 7 -W 224 -H 224 -c 3 -n 16 -k 64 -p 3 -q 3 -u 2 -v 2 -l 1 -j 1 "
             "-g 1 -F 0 -V 1",
             {"bwdd.f32.nchw_n16c64i447x447k3f7x7s2x2p3x3d1x1g1",
              "fwd.f32.nchw_n16c64i447x447k3f7x7s2x2p3x3d1x1g1",
              "bwdw.f32.nchw_n16c64i447x447k3f7x7s2x2p3x3d1x1g1"}},
        Line{"transposed_with_output_padding",
             "conv -m trans -n 1 -c 8 -H 4 -W 4 -k 6 -y 3 -x 3 -p 1 -q 1 -u 2 -v 2 -X 1 -Y 1 -F 1",
             {"bwdd.f32.nchw_n1c6i8x8k8f3x3s2x2p1x1d1x1g1"}},
        Line{"long_names",
             "convfp16 --batchsize 1 --spatial_dim 2 --pad_h 1 --pad_w 1 --conv_stride_h 2 "
             "--conv_stride_w 2 --dilation_h 1 --dilation_w 1 --group_count 32 --mode conv --in_h "
             "28 --in_w 28 --fil_h 3 --fil_w 3 --in_channels 512 --out_channels 512 --forw 2",
             {"bwdd.f16.nchw_n1c512i28x28k512f3x3s2x2p1x1d1x1g32"}},
        Line{"flags_alone",
             "-n 1 -c 4 -H 8 -W 8 -k 4 -F 1",
             {"fwd.f32.nchw_n1c4i8x8k4f3x3s1x1p0x0d1x1g1"}},
        Line{"defaults",
             "MIOpenDriver conv -F 1",
             {"fwd.f32.nchw_n100c3i32x32k32f3x3s1x1p0x0d1x1g1"}},
        Line{"trailing_junk",
             "  conv -n 2 -k 4 -F 3. and then it stopped",
             {"fwd.f32.nchw_n2c3i32x32k4f3x3s1x1p0x0d1x1g1",
              "bwdd.f32.nchw_n2c3i32x32k4f3x3s1x1p0x0d1x1g1"}},
        Line{"negative_value_of_an_unknown_flag",
             "conv -S -1 -n 1 -F 1 # as logged",
             {"fwd.f32.nchw_n1c3i32x32k32f3x3s1x1p0x0d1x1g1"}},
        Line{"channels_last",
             "conv -n 1 --in_layout NHWC --fil_layout NHWC --out_layout NHWC -F 1 -b 1",
             {"fwd.f32.nhwc_n1c3i32x32k32f3x3s1x1p0x0d1x1g1_bias"}},
        Line{"integers_have_no_gradients",
             "convint8 -n 1 -c 4 -k 4",
             {"fwd.s8:s8:s32.nchw_n1c4i32x32k4f3x3s1x1p0x0d1x1g1"}},
        Line{"padding_mode_same",
             "conv -n 1 -H 7 -W 8 -u 2 -v 2 -z same -F 1",
             {"fwd.f32.nchw_n1c3i7x8k32f3x3s2x2p1x0d1x1g1"}},
        Line{"other_operations", "./bin/MIOpenDriver pool -n 1 -c 4", {}},
        Line{"what_else_it_logs",
             "MIOpen(HIP): Info [get_device_name] Raw device name: gfx906",
             {}}),
    [](const auto& tested) { return tested.param.name; });

TEST(MiopenErrors, SayWhereAndWhatWasExpected) {
  EXPECT_THAT(
      notes(read_problems("conv -n x\nconv -n 1 -n 2\nconv -n 1 -F 8\n  conv -n 1.5\nconv -m odd\n"
                          "conv -n 1 -k\nconv -n 1 --spatial_dim 1\nconv -n 1 -I CHWN -F 1\n"
                          "conv -H 2 -W 2 -F 1\nconv -u 0 -z same\nconv -m trans -H 1 -y 1 -p 9\n",
                          "list")),
      ElementsAre(
          "rejected list:1:9 found 'x', expected a number",
          "rejected list:2:11 found '-', expected each flag once",
          "rejected list:3:14 found '8', expected a sum of 1 (forward), 2 (data) and 4 "
          "(weights), or 0",
          "rejected list:4:12 found '.', expected a whole number",
          "rejected list:5:9 found 'odd', expected conv or trans",
          "rejected list:6:13 found the end, expected a value behind the flag",
          "rejected list:7:25 found '1', expected 2 or 3",
          "rejected list:8:14 found 'CHWN', expected NCHW, NHWC, NCDHW or NDHWC",
          "rejected list:9:1 the filter (3 with its dilation) must fit the padded input (2) "
          "along h; the filter (3 with its dilation) must fit the padded input (2) along w",
          "rejected list:10:9 found '0', expected a positive stride",
          "rejected list:11:1 the output of a transposed convolution must be between 1 and "
          "2^63-1"));
}

TEST(MiopenLine, FlagsThatAreNotUnderstoodAreNamedOnce) {
  const ProblemList list = read_problems(
      "conv -n 1 -Z 14 -F 1\n  conv -n 1 -c 4 -Z 0 -t 1 -h 8 -F 1\nconv --in_hight 8 -h 9 -k 4 -F "
      "1\n"
      "./bin/MIOpenDriver pool -h 4\n",
      "list");
  EXPECT_EQ(list.problems.size(), 3u);
  EXPECT_THAT(notes(list),
              ElementsAre("list:1:11 the flag '-Z' is not understood and left out, here and below",
                          "list:2:28 the flag '-h' is not understood and left out, here and below",
                          "list:3:6 the flag '--in_hight' is not understood and left out, here and "
                          "below"));
  EXPECT_THAT(notes(read_source("conv -n 1 -h 4 -F 1")),
              ElementsAre("'conv -n 1 -h 4 -F 1' the flag '-h' is not understood and left out"));
}

TEST(MiopenLine, IsAnArgumentToo) {
  EXPECT_EQ(read_source("./bin/MIOpenDriver conv -n 1 -F 6").problems.size(), 2u);
  EXPECT_THROW(read_source("MIOpenDriver pool -n 1"), Error);
}

}  // namespace
}  // namespace convtune
