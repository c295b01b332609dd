#include <sstream>

#include <gtest/gtest.h>
#include <inputs/content.hpp>

#include "program.hpp"

namespace convtune {
namespace {

const std::string model = std::string(CONVTUNE_TEST_DATA) + "/../inputs/models/resnet.onnx";

TEST(Inputs, AModelIsAListOfProblems) {
  if (onnx_library_version().empty()) GTEST_SKIP() << "this build has no libonnx";
  const Program program;
  const Called listed = program.run({"list", "problems", model, "--dim", "batch=2", "--json"});
  EXPECT_EQ(listed.exit, 0) << listed.err;
  const auto problems = listed.document()["problems"];
  ASSERT_EQ(problems.size(), 3u);
  EXPECT_EQ(problems[1]["repeats"], 4);
  EXPECT_EQ(problems[1]["names"].size(), 4u);

  const Called again =
      program.run({"list", "problems", program.file("list.json", listed.out), "--json"});
  EXPECT_EQ(again.out, listed.out);
}

TEST(Inputs, CandidatesOfAWholeSetAreCountedALineALayer) {
  const Program program;
  const std::vector<std::string> question = {
      "list", "candidates", "alexnet", "--batch", "1", "--direction", "fwd,bwdd", "--threads", "1"};
  const Called called = program.run(question);
  ASSERT_EQ(called.exit, 0) << called.err;
  std::istringstream lines(called.out);
  std::string line;
  std::getline(lines, line);
  EXPECT_TRUE(line.starts_with("problem ")) << line;
  for (int layer = 0; layer < 10; ++layer) {
    std::getline(lines, line);
    EXPECT_TRUE(line.starts_with(layer % 2 == 0 ? "fwd.f32." : "bwdd.f32.")) << line;
    EXPECT_TRUE(line.ends_with("alexnet:conv" + std::to_string(layer / 2 + 1))) << line;
  }
  std::getline(lines, line);
  std::getline(lines, line);
  EXPECT_TRUE(line.starts_with("10 problems: ")) << line;
  EXPECT_NE(called.err.find("1/10 "), std::string::npos) << called.err;

  std::vector<std::string> as_json = question;
  as_json.insert(as_json.end(), {"--json", "--quiet"});
  const Called objects = program.run(as_json);
  EXPECT_EQ(objects.err, "");
  const auto all = objects.lines();
  ASSERT_EQ(all.size(), 11u);
  std::size_t candidates = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(all[i]["schema"], "convtune.list/1");
    candidates += all[i]["candidates"].size();
  }
  EXPECT_EQ(all.back()["schema"], "convtune.list_summary/1");
  EXPECT_EQ(all.back()["problems"], 10);
  EXPECT_EQ(all.back()["candidates"], candidates);
}

TEST(Inputs, WhatIsBadInAListOfProblemsIsRejectedAndTheRestIsListed) {
  const Program program;
  const std::string list =
      program.file("list.txt", tiny_problem() + "\nfwd.f32.nonsense\n" + tiny_problem(1) + "\n");
  const Called called = program.run({"list", "candidates", list, "--json", "--quiet"});
  EXPECT_EQ(called.exit, 2);
  EXPECT_NE(called.err.find(list + ":2:"), std::string::npos) << called.err;
  ASSERT_EQ(called.lines().size(), 3u);
  EXPECT_EQ(called.lines()[2]["rejected"], 1);
}

TEST(Inputs, AnOpenDimensionIsAskedFor) {
  if (onnx_library_version().empty()) GTEST_SKIP() << "this build has no libonnx";
  const Program program;
  const Called called = program.run({"list", "problems", model});
  EXPECT_EQ(called.exit, 2);
  EXPECT_EQ(called.out, "");
  EXPECT_NE(called.err.find("say --dim batch=SIZE"), std::string::npos) << called.err;
}

TEST(Inputs, OpenDimensionsMayBeSaidOneByOneOrTogether) {
  if (onnx_library_version().empty()) GTEST_SKIP() << "this build has no libonnx";
  const Program program;
  const std::string open = std::string(CONVTUNE_TEST_DATA) + "/../inputs/models/open.onnx";
  const auto listed = [&](const std::vector<std::string>& said) {
    std::vector<std::string> call = {"list", "problems", open, "--as", "text"};
    for (const std::string& each : said) call.insert(call.end(), {"--dim", each});
    return program.run(call);
  };
  const Called together = listed({"batch=1,height=5,width=6,u.0=3"});
  EXPECT_EQ(together.exit, 0) << together.err;
  const Called apart = listed({"batch=1", "height=5,width=6", "u.0=3"});
  EXPECT_EQ(apart.exit, 0) << apart.err;
  EXPECT_EQ(apart.out, together.out);

  const Called misspelt = listed({"Batch=1"});
  EXPECT_EQ(misspelt.exit, 2);
  EXPECT_EQ(misspelt.err,
            "convtune: Nothing that was read has an open dimension 'Batch'; open are: batch, "
            "height, u.0, width.\n");
  EXPECT_NE(listed({"batch=0"}).err.find("the size of 'batch' must be at least 1"),
            std::string::npos);
  EXPECT_NE(listed({"batch=99999999999999999999"}).err.find("is too large"), std::string::npos);
  EXPECT_NE(listed({"batch=1", "batch=2"}).err.find("'batch' is said twice"), std::string::npos);
}

TEST(Inputs, ACapturedLogIsReadAgain) {
  const Program program;
  const std::string log =
      program.file("run.log",
                   "epoch 1\nMIOpen(HIP): ./bin/MIOpenDriver conv -n 1 -c 4 -k 4 -F 1\n"
                   "MIOpen(HIP): ./bin/MIOpenDriver conv -n 1 -c 4 -k 4 -F 3\n");
  const Called captured = program.run({"capture", log});
  EXPECT_EQ(captured.exit, 0) << captured.err;
  EXPECT_EQ(captured.out,
            "fwd.f32.nchw_n1c4i32x32k4f3x3s1x1p0x0d1x1g1 *2\n"
            "bwdd.f32.nchw_n1c4i32x32k4f3x3s1x1p0x0d1x1g1\n");
  const Called again = program.run({"list", "problems", "-", "--as", "text"}, captured.out);
  EXPECT_EQ(again.out, captured.out);
  EXPECT_EQ(program.run({"capture", log, "--as", "miopen", "--batch", "2"}).out,
            "MIOpenDriver conv -n 2 -c 4 -H 32 -W 32 -k 4 -y 3 -x 3 -p 0 -q 0 -u 1 -v 1 -l 1 -j 1 "
            "-m conv -g 1 -F 1 -t 1  # 2 times\n"
            "MIOpenDriver conv -n 2 -c 4 -H 32 -W 32 -k 4 -y 3 -x 3 -p 0 -q 0 -u 1 -v 1 -l 1 -j 1 "
            "-m conv -g 1 -F 2 -t 1\n");
}

TEST(Inputs, WhatANotationCannotSayIsReported) {
  const Program program;
  const Called called =
      program.run({"list", "problems", "n1c1i4x4k1f1_relu", "n1c1i5x5k1f1", "--as", "benchdnn"});
  EXPECT_EQ(called.exit, 2);
  EXPECT_EQ(called.out, "g1mb1ic1oc1_ih5oh5kh1sh1ph0dh0_iw5ow5kw1sw1pw0dw0\n");
  EXPECT_NE(called.err.find("A descriptor of benchdnn cannot say _relu."), std::string::npos);
}

}  // namespace
}  // namespace convtune
