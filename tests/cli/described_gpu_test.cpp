// What the program says of a GPU that is not here.
#include <set>

#include <gmock/gmock.h>

#include "program.hpp"

namespace convtune {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::ordered_json;

const std::string layer = "fwd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1";

class DescribedGpu : public testing::Test {
 protected:
  void SetUp() override {
    const Json listed =
        program_.run({"list", "candidates", layer, "--device", "h200", "--json"}).document();
    if (listed["candidates"].empty())
      GTEST_SKIP() << listed["refusals"][0]["reason"].get<std::string>();
  }

  Json guess(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(),
                     {"select", layer, "--device", "h200", "--policy", "guess_once", "--json"});
    const Called called = program_.run(arguments);
    EXPECT_EQ(called.exit, 0) << called.err;
    return called.document();
  }

  Program program_;
};

TEST_F(DescribedGpu, ListsItsEnginesAndWhatTheyRefuse) {
  const Called called = program_.run({"list", "candidates", layer, "--device", "h200", "--json"});
  ASSERT_EQ(called.exit, 0) << called.err;
  const Json listed = called.document();
  EXPECT_EQ(listed["device"], "h200");
  ASSERT_FALSE(listed["candidates"].empty());
  bool tensor_cores = false;
  std::set<std::string> implementations;
  for (const Json& each : listed["candidates"]) {
    implementations.insert(each["implementation"].get<std::string>());
    tensor_cores |= each["implementation"] == "cudnn.engine" && each["precision"] == "tf32" &&
                    each["notes"].get<std::string>().find("tensor cores") != std::string::npos;
  }
  EXPECT_EQ(implementations,
            (std::set<std::string>{"cublas.im2col_gemm", "cuda.reference", "cudnn.engine"}));
  EXPECT_TRUE(tensor_cores);
  ASSERT_FALSE(listed["refusals"].empty());
  for (const Json& each : listed["refusals"])
    EXPECT_THAT(each["reason"].get<std::string>(), StartsWith("NOT_SUPPORTED"));
}

TEST_F(DescribedGpu, GuessesWithinEveryConstraint) {
  const Json strict = guess({});
  EXPECT_EQ(strict["precision"], "strict");
  EXPECT_EQ(strict["provenance"], "heuristic");
  EXPECT_EQ(strict["device"], "h200");

  const Json any = guess({"--precision", "any"});
  EXPECT_EQ(any["precision"], "tf32");
  EXPECT_GT(any["workspace_bytes"], 8 << 20);
  EXPECT_THAT(any["reason"].get<std::string>(), HasSubstr("what the library chooses by itself"));

  const Json small = guess({"--precision", "any", "--workspace-limit", "8MiB"});
  EXPECT_LE(small["workspace_bytes"], 8 << 20);
  EXPECT_NE(small["candidate"], any["candidate"]);
}

TEST_F(DescribedGpu, GuessesOnlyWhatIsDeterministicWhereThatIsAsked) {
  const std::vector<std::string> question = {
      "select",   "bwdd.f64.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1",
      "--device", "h200",
      "--policy", "guess_once",
      "--json"};
  const Json first = program_.run(question).document();
  EXPECT_EQ(first["deterministic"], false);
  std::vector<std::string> demanding = question;
  demanding.emplace_back("--deterministic");
  const Json other = program_.run(demanding).document();
  EXPECT_EQ(other["deterministic"], true);
  EXPECT_NE(other["candidate"], first["candidate"]);
}

TEST_F(DescribedGpu, HasNoAnswerWhereNothingQualifies) {
  const Called called = program_.run(
      {"select", layer, "--device", "h200", "--policy", "guess_once", "--require", "fft"});
  EXPECT_EQ(called.exit, 1);
  EXPECT_EQ(called.out, "");
  EXPECT_THAT(called.err, HasSubstr("fft"));
}

TEST_F(DescribedGpu, IsWhatADescriptionByDoctorSays) {
  const Called described = program_.run({"doctor", "--device", "h200", "--dump-description"});
  ASSERT_EQ(described.exit, 0) << described.err;
  const std::string file = program_.file("written.json", described.out);
  const Json listed =
      program_.run({"list", "candidates", layer, "--device", file, "--json"}).document();
  const Json there =
      program_.run({"list", "candidates", layer, "--device", "h200", "--json"}).document();
  EXPECT_EQ(listed["candidates"], there["candidates"]);
}

TEST_F(DescribedGpu, NeighboursAreMoreCandidates) {
  const auto count = [&](const char* neighbours) {
    return program_
        .run(
            {"list", "candidates", layer, "--device", "h200", "--json", "--neighbours", neighbours})
        .document()["candidates"]
        .size();
  };
  EXPECT_EQ(count("12"), count("0") + 12);
}

TEST_F(DescribedGpu, MayComeOutOfAFile) {
  const std::string h200 = program_.file("twin.json", content_of(H200_PROPERTIES));
  const std::vector<std::string> question = {"select",     layer,    "--policy",
                                             "guess_once", "--json", "--device"};
  std::vector<std::string> of_file = question, of_name = question;
  of_file.push_back(h200);
  of_name.emplace_back("NVIDIA h200");
  const Json twin = program_.run(of_file).document(), known = program_.run(of_name).document();
  EXPECT_EQ(twin["device"], "twin");
  EXPECT_EQ(twin["candidate"], known["candidate"]);
  EXPECT_EQ(twin["environment"], known["environment"]) << "one class, one environment";
}

TEST(AGpuThatIsNotHere, IsListedByEveryBuild) {
  const Program program;
  const Json devices = program.run({"list", "devices", "--json"}).document()["devices"];
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0]["device"], "cpu");
  EXPECT_EQ(devices[0]["present"], true);
  EXPECT_EQ(devices[1]["device"], "h200");
  EXPECT_EQ(devices[1]["kind"], "cuda");
  EXPECT_EQ(devices[1]["present"], false);
}

TEST(AGpuThatIsNotHere, IsDescribedAsItselfAndNotAsTheCpu) {
  const Program program;
  const Json described =
      program.run({"doctor", "--device", "h200", "--dump-description"}).document();
  EXPECT_EQ(described["name"], "NVIDIA H200");
  EXPECT_THAT(described["machine_class"].get<std::string>(),
              StartsWith("NVIDIA H200, sm_90, 132 "));
  EXPECT_EQ(described["fingerprint"]["deviceVer"], 900);
}

TEST(AGpuThatIsNotHere, RunsNothing) {
  const Program program;
  for (const char* command : {"tune", "bench", "verify"}) {
    const Called called = program.run({command, tiny_problem(), "--device", "h200"});
    EXPECT_EQ(called.exit, 3) << command;
    EXPECT_THAT(called.err, HasSubstr("is not here, only its description")) << command;
  }
  const Called timed =
      program.run({"select", tiny_problem(), "--device", "h200", "--policy", "time_once"});
  EXPECT_EQ(timed.exit, 3);
}

TEST(AGpuThatIsNotHere, IsNotMadeOfWhateverFile) {
  const Program program;
  std::string lacking = content_of(H200_PROPERTIES);
  lacking.replace(lacking.find("warpSize"), 8, "warpsize");
  const std::pair<std::string, const char*> files[] = {
      {program.file("empty.json", ""), "is not JSON"},
      {program.file("list.json", "[1]"), "is not a JSON object"},
      {program.file("lacking.json", lacking), "missing or of another type: warpSize"}};
  for (const auto& [file, why] : files) {
    const Called called = program.run({"list", "candidates", layer, "--device", file});
    EXPECT_EQ(called.exit, 2) << file;
    EXPECT_THAT(called.err, HasSubstr(why));
  }
}

}  // namespace
}  // namespace convtune
