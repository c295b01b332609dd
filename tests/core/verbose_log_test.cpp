#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <convtune/problem_list.hpp>

#include "listed.hpp"
#include "temporary_folder.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* sizes = "mb2_ic16oc16_ih7oh7kh5sh1dh0ph2_iw7ow7kw5sw1dw0pw2";

std::vector<std::string> problems(const std::string& line) {
  const ProblemList list = read_problems(line, "log");
  EXPECT_THAT(notes(list), IsEmpty()) << line;
  return texts(list);
}

std::string executed(const std::string& middle) {
  return "onednn_verbose,exec,cpu," + middle + "," + sizes + ",0.02\n";
}

TEST(VerboseLog, OfEveryMajorVersion) {
  const std::string rest =
      ",jit:avx2,forward_training,src_f32::blocked:abcd:f0 wei_f32::blocked:abcd:f0 "
      "bia_f32::blocked:a:f0 dst_f32::blocked:abcd:f0,,alg:convolution_direct," +
      std::string(sizes) + ",0.0200195\n";
  for (const std::string begin :
       {"dnnl_verbose,exec,cpu,convolution", "onednn_verbose,exec,cpu,convolution",
        "onednn_verbose,1693480000.25,exec,cpu,convolution",
        "onednn_verbose,primitive,exec,cpu,convolution",
        "onednn_verbose,v0,primitive,exec,cpu,convolution",
        "[rank 0] onednn_verbose,v1,1693480000.25,primitive,exec,gpu:0,convolution"})
    EXPECT_THAT(problems(begin + rest),
                ElementsAre("fwd.f32.nchw_n2c16i7x7k16f5x5s1x1p2x2d1x1g1_bias"))
        << begin;
}

TEST(VerboseLog, SaysTypesAndLayouts) {
  EXPECT_THAT(problems(executed("convolution,brgconv:avx512_core,forward_inference,"
                                "src_u8::blocked:acdb:f0 wei_s8::blocked:Acdb16a:f8 "
                                "bia_undef::undef::f0 dst_f32::blocked:acdb:f0,,"
                                "alg:convolution_direct")),
              ElementsAre("fwd.u8:s8:f32.nhwc:any:nhwc_n2c16i7x7k16f5x5s1x1p2x2d1x1g1"));
  EXPECT_THAT(problems(executed("convolution,jit:avx2,backward_weights,src:f32::blocked:aBcd8b::f0 "
                                "wei:f32:a:blocked:ABcd8b8a::f0 bia:undef::undef::: "
                                "dst:f32::blocked:aBcd8b::f0,attr-scratchpad:user,"
                                "alg:convolution_direct")),
              ElementsAre("bwdw.f32.any_n2c16i7x7k16f5x5s1x1p2x2d1x1g1"));
}

TEST(VerboseLog, SaysWhatIsFused) {
  const std::string begin =
      "convolution,jit:avx2,forward_inference,src_f32::blocked:abcd:f0 wei_f32::blocked:abcd:f0 "
      "bia_undef::undef::f0 dst_f32::blocked:abcd:f0,";
  const std::string plain = "fwd.f32.nchw_n2c16i7x7k16f5x5s1x1p2x2d1x1g1";
  for (const char* attributes :
       {"attr-scratchpad:user attr-post-ops:sum:1:0:f32+eltwise_relu",
        "attr-post-ops:sum+eltwise_relu:0:1", "post_ops:'sum;eltwise_relu;'"})
    EXPECT_THAT(problems(executed(begin + attributes + ",alg:convolution_direct")),
                ElementsAre(plain + "_relu_acc"));
  const ProblemList list =
      read_problems(executed(begin + "attr-post-ops:eltwise_tanh,alg:convolution_direct") +
                        executed(begin + "attr-post-ops:eltwise_tanh,alg:convolution_direct") +
                        executed(begin + "attr-post-ops:eltwise_relu:0.1,alg:convolution_direct"),
                    "log");
  EXPECT_THAT(texts(list), ElementsAre(plain));
  EXPECT_EQ(list.problems[0].repeats, 3);
  EXPECT_THAT(notes(list), ElementsAre("log:1:1 the fused 'eltwise_tanh' is not part of the "
                                       "problem, here and below",
                                       "log:3:1 the fused 'eltwise_relu' is not part of the "
                                       "problem, here and below"));
}

TEST(VerboseLog, ADeconvolutionIsAGradient) {
  const std::string begin = "onednn_verbose,exec,cpu,deconvolution,ref:any,";
  const std::string end =
      ",src_f32::blocked:abcd:f0 wei_f32::blocked:bacd:f0 bia_f32::blocked:a:f0 "
      "dst_f32::blocked:abcd:f0,,alg:deconvolution_direct,"
      "mb2_ic6oc4_ih4oh8kh4sh2dh0ph1_iw4ow8kw4sw2dw0pw1,0.5";
  const std::string same = ".f32.nchw_n2c4i8x8k6f4x4s2x2p1x1d1x1g1";
  EXPECT_THAT(problems(begin + "forward_training" + end), ElementsAre("bwdd" + same));
  EXPECT_THAT(problems(begin + "backward_data" + end), ElementsAre("fwd" + same));
  EXPECT_THAT(problems(begin + "backward_weights" + end), ElementsAre("bwdw" + same));
}

TEST(VerboseLog, EverythingElseInALogIsPassedOver) {
  const std::string line = executed(
      "convolution,jit:avx2,backward_data,src_f32::blocked:abcd:f0 "
      "wei_f32::blocked:abcd:f0 bia_undef::undef::f0 dst_f32::blocked:abcd:f0,,"
      "alg:convolution_direct");
  const std::string log =
      "loading the model\nstep 1 of 2\nonednn_verbose,info,oneDNN v2.6.3 (commit N/A)\n"
      "onednn_verbose,create:cache_miss,cpu,convolution,jit:avx2,backward_data,,,,mb1,0.1\n"
      "onednn_verbose,exec,cpu,reorder,jit:uni,undef,src_f32::blocked:abcd:f0 "
      "dst_f32::blocked:aBcd8b:f0,,,2x16x7x7,0.02\n" +
      line + line + "accuracy 0.9\n";
  const ProblemList list = read_problems(log, "log");
  EXPECT_THAT(texts(list), ElementsAre("bwdd.f32.nchw_n2c16i7x7k16f5x5s1x1p2x2d1x1g1"));
  EXPECT_EQ(list.problems[0].repeats, 2);
  EXPECT_THAT(notes(list), IsEmpty());
}

TEST(VerboseLog, DamagedLinesAreRejectedWithTheirPlace) {
  const std::string tensors =
      "src_f32::blocked:abcd:f0 wei_f32::blocked:abcd:f0 dst_f32::blocked:abcd:f0";
  EXPECT_THAT(
      notes(read_problems(
          "onednn_verbose,exec,cpu,convolution,jit:avx2,forward_tr\n"
          "onednn_verbose,exec,cpu,convolution,i,sideways," +
              tensors +
              ",,,mb1,0\n"
              "onednn_verbose,exec,cpu,convolution,i,forward,src_f32,,,mb1ic1iw1oc1kw1,0\n"
              "onednn_verbose,exec,cpu,convolution,i,forward," +
              tensors +
              ",,,mb1xx,0\n"
              "onednn_verbose,exec,cpu,convolution,i,forward,src_f8_e5m2::blocked:abcd:f0 "
              "wei_f32::blocked:abcd:f0 dst_f32::blocked:abcd:f0,,,mb1ic1iw1oc1kw1,0\n",
          "log")),
      ElementsAre(
          "rejected log:1:56 found the end, expected as many fields as oneDNN writes (it "
          "ends with a problem and a time)",
          "rejected log:2:39 found 'sideways', expected forward_..., backward_data or "
          "backward_weights",
          "rejected log:3:47 found 'src', expected the tensors src, wei and dst",
          "rejected log:4:124 found 'mb1xx', expected the sizes of a convolution (in them "
          "found 'xx', expected a key and its number (mb, ic, ih, kh, sh, ph, dh, ...) or n "
          "and a name)",
          "rejected log:5:51 found 'f8', expected f32, f64, f16, bf16, s8, u8 or s32"));
}

TEST(Capture, TakesLogsWithAnyJunk) {
  const TemporaryFolder folder;
  const std::string log = folder.write(
      "log", "nothing\nMIOpenDriver conv -n 1 -F 1\nn what\nMIOpenDriver conv -n 1 -F 1\n");
  const ProblemList list = read_log_source(log);
  EXPECT_THAT(texts(list), ElementsAre("fwd.f32.nchw_n1c3i32x32k32f3x3s1x1p0x0d1x1g1"));
  EXPECT_EQ(list.problems[0].repeats, 2);
  EXPECT_THAT(notes(list), IsEmpty());
  EXPECT_THROW(read_log_source(folder.write("other", "nothing\nat all\n")), Error);
  EXPECT_THROW(read_log_source(folder.path() + "/none"), Error);
}

TEST(Lists, TakeRepeatsAndNamesBehindAProblem) {
  const ProblemList list = read_problems(
      "n1c1i4k1f1 *3 \"a b\"  mb1ic1iw5oc1kw1n\"x*2\" *4\nn1c1i4k1f1 *0\nn1c1i4k1f1 \"c\"", "list");
  ASSERT_EQ(list.problems.size(), 2u);
  EXPECT_EQ(list.problems[0].repeats, 4);
  EXPECT_THAT(list.problems[0].names, ElementsAre("a b", "c"));
  EXPECT_EQ(list.problems[1].repeats, 8);
  EXPECT_THAT(notes(list), ElementsAre("rejected list:2:2 found '0', expected a number from 1 to "
                                       "1000000000"));
}

}  // namespace
}  // namespace convtune
