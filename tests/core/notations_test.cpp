#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <convtune/problem_list.hpp>

#include "listed.hpp"
#include "random_problem.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ProblemList again(const WrittenProblems& written) {
  std::string content;
  for (const std::string& line : written.lines) content += line + "\n";
  return read_problems(content, "again");
}

TEST(Notations, OwnTextKeepsRepeatsAndNames) {
  const WrittenProblems lines =
      written({{.problem = parse_problem("n1c1i4k1f1"), .names = {"a \"b\"", "c"}, .repeats = 3},
               {.problem = parse_problem("n1c1i5k1f1")}},
              Notation::text);
  EXPECT_THAT(lines.lines, ElementsAre("fwd.f32.nchw_n1c1i4k1f1s1p0d1g1 *3 \"a 'b'\" \"c\"",
                                       "fwd.f32.nchw_n1c1i5k1f1s1p0d1g1"));
  const ProblemList list = again(lines);
  EXPECT_THAT(list.problems[0].names, ElementsAre("a 'b'", "c"));
  EXPECT_EQ(list.problems[0].repeats, 3);
  EXPECT_THAT(notes(list), IsEmpty());
}

TEST(Notations, BenchdnnAndMiopen) {
  const std::vector<ListedProblem> problems = {
      {.problem = parse_problem("n8c64i56x57k64f3x3s2p1d2g2_bias"),
       .names = {"conv"},
       .repeats = 2},
      {.problem = parse_problem("bwdw.f16.nhwc_n1c4i5x6x7k8f1s1")}};
  EXPECT_THAT(written(problems, Notation::benchdnn).lines,
              ElementsAre("--dir=FWD_B",
                          "g2mb8ic64oc64_ih56oh27kh3sh2ph1dh1_iw57ow28kw3sw2pw1dw1n\"conv*2\"",
                          "--dir=BWD_W", "--dt=f16:f16:f16",
                          "g1mb1ic4oc8_id5od5kd1sd1pd0dd0_ih6oh6kh1sh1ph0dh0_iw7ow7kw1sw1pw0dw0"));
  EXPECT_THAT(
      written(problems, Notation::miopen).lines,
      ElementsAre(
          "MIOpenDriver conv -n 8 -c 64 -H 56 -W 57 -k 64 -y 3 -x 3 -p 1 -q 1 -u 2 -v 2 -l 2 "
          "-j 2 -m conv -g 2 -b 1 -F 1 -t 1  # 2 times conv",
          "MIOpenDriver convfp16 -n 1 -c 4 --in_d 5 -H 6 -W 7 -k 8 --fil_d 1 -y 1 -x 1 "
          "--pad_d 0 -p 0 -q 0 --conv_stride_d 1 -u 1 -v 1 --dilation_d 1 -l 1 -j 1 "
          "--spatial_dim 3 --in_layout NDHWC --fil_layout NDHWC --out_layout NDHWC -m conv "
          "-g 1 -F 4 -t 1"));
}

TEST(Notations, WhatCannotBeSaidIsRejectedWithTheReason) {
  const auto reason = [](const char* problem, Notation notation) {
    const WrittenProblems lines = written({{.problem = parse_problem(problem)}}, notation);
    return lines.notes.empty() ? "" : lines.notes[0].text;
  };
  EXPECT_EQ(reason("n1c1i4x4k1f1_flip", Notation::benchdnn),
            "a descriptor of benchdnn cannot say _flip");
  EXPECT_EQ(reason("n1c1i4x4k1f1_relu", Notation::miopen), "MIOpenDriver cannot say _relu");
  EXPECT_EQ(reason("n1c1i4k1f1", Notation::miopen), "MIOpenDriver cannot say one spatial axis");
  EXPECT_EQ(reason("n1c1i4x4k1f2p0:1x0", Notation::miopen),
            "MIOpenDriver cannot say padding that differs on the two sides");
  EXPECT_EQ(reason("f64_n1c1i4x4k1f1", Notation::miopen), "MIOpenDriver cannot say its types");
  EXPECT_EQ(reason("n1c1i4x4k1f1_constw", Notation::miopen),
            "_constw cannot be said and is left out");
  EXPECT_EQ(reason("nhwc_n1c1i4x4k1f1", Notation::benchdnn),
            "layouts other than nchw cannot be said and are left out");
}

TEST(Notations, WhatIsWrittenIsReadBackEqual) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 500; ++i) {
    const ConvProblem problem = random_problem(random, {});
    for (const Notation notation : {Notation::text, Notation::benchdnn, Notation::miopen}) {
      const WrittenProblems lines = written({{.problem = problem}}, notation);
      if (!lines.notes.empty()) continue;
      const ProblemList list = again(lines);
      EXPECT_THAT(notes(list), IsEmpty());
      EXPECT_THAT(texts(list), ElementsAre(text(problem)));
    }
  }
}

}  // namespace
}  // namespace convtune
