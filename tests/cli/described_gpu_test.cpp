// What the program says of a GPU that is not here.
#include <filesystem>
#include <map>
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
    if (each["implementation"] == "cudnn.engine") {
      EXPECT_THAT(each["reason"].get<std::string>(), StartsWith("NOT_SUPPORTED"));
    }
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

// What Convolution asks for tensors that are aligned to less than 16 bytes.
TEST_F(DescribedGpu, GuessesForTensorsOfLessAlignment) {
  const std::string narrow = "fwd.f16.nhwc_n32c128i56x56k128f3x3s1x1p1x1d1x1g1";
  const auto choice = [&](std::vector<std::string> more) {
    more.insert(more.begin(),
                {"select", narrow, "--device", "h200", "--policy", "guess_once", "--json"});
    return program_.run(more).document();
  };
  const Json usual = choice({}), other = choice({"--exclude", "aligned"});
  EXPECT_EQ(usual["provenance"], "heuristic");
  EXPECT_EQ(other["provenance"], "heuristic");
  EXPECT_THAT(usual["candidate"].get<std::string>(), StartsWith("cudnn.engine/62:"));
  EXPECT_THAT(other["candidate"].get<std::string>(), StartsWith("cudnn.engine/46:"));
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

// The engines' numbers are those of cuDNN 9.19.
TEST_F(DescribedGpu, GuessesForIntegersForwardOnly) {
  const std::string sizes = "_n32c128i56x56k128f3x3s1x1p1x1d1x1g1";
  const auto engine = [&](const std::string& kind) {
    const Json choice =
        program_
            .run({"select", kind + sizes, "--device", "h200", "--policy", "guess_once", "--json"})
            .document();
    EXPECT_EQ(choice["precision"], "strict") << kind;
    const auto name = choice["candidate"].get<std::string>();
    return choice["provenance"].get<std::string>() + " " + name.substr(0, name.find(':'));
  };
  EXPECT_EQ(engine("fwd.s8.nhwc"), "heuristic cudnn.engine/69");
  EXPECT_EQ(engine("fwd.s8.any"), "heuristic cudnn.engine/nhwc/69");
  EXPECT_EQ(engine("fwd.s8.nchw"), "heuristic cudnn.engine/0");
  EXPECT_EQ(engine("fwd.s8:s8:s32.nhwc"), "heuristic cudnn.engine/28");
  EXPECT_EQ(engine("fwd.s8:s8:f32.nhwc"), "heuristic cudnn.engine/28");
  for (const char* const direction : {"bwdd", "bwdw"})
    EXPECT_EQ(engine(direction + std::string(".s8.nhwc")), "default cuda.reference");
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

TEST_F(DescribedGpu, RefusesLegacyAlgorithmsAndNamesTheEnginesThatAreTheSame) {
  const Json listed =
      program_.run({"list", "candidates", layer, "--device", "h200", "--json"}).document();
  std::map<std::string, std::string> reasons;
  for (const Json& each : listed["refusals"])
    if (each["implementation"] == "cudnn.algorithm")
      reasons[each["candidate"].get<std::string>()] = each["reason"].get<std::string>();
  EXPECT_EQ(reasons.size(), 8U);
  EXPECT_EQ(reasons["cudnn.algorithm/small"],
            "the legacy interface answers for a GPU that is here only; cudnn.engine/1 is the same "
            "algorithm");
  EXPECT_THAT(reasons["cudnn.algorithm/winograd"], HasSubstr("no engine is known to be the same"));
}

/// What `--policy` answers: the engine, and words of its reason.
struct Static {
  const char *policy, *problem, *candidate, *reason;
};

const std::string same_layer = ".f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1";

// The engines' numbers are those of cuDNN 9.19.
TEST_F(DescribedGpu, AnswersTheanosStaticPoliciesWithTheEngineThatIsTheAlgorithm) {
  constexpr const char* no_small =
      "There is nothing for the policy small for this problem on this "
      "device (cudnn.algorithm/small: ";
  for (const auto& [policy, direction, candidate, reason] :
       {Static{"none", "fwd", "cudnn.engine/0", "this is its default, cuDNN's IMPLICIT_GEMM."},
        Static{"small", "fwd", "cudnn.engine/1", "cuDNN's IMPLICIT_PRECOMP_GEMM."},
        Static{"large", "fwd", "cudnn.engine/2", "this is its default, cuDNN's GEMM."},
        Static{"none", "bwdd", "cudnn.engine/25", "cuDNN's ALGO_0."},
        Static{"deterministic", "bwdd", "cudnn.engine/1", "cuDNN's ALGO_1."},
        Static{"none", "bwdw", "cudnn.engine/20", "cuDNN's ALGO_0."},
        Static{"deterministic", "bwdw", "cudnn.engine/1", "cuDNN's ALGO_1."},
        Static{"small", "bwdw", "cudnn.engine/20", no_small},
        Static{"fft", "fwd", "cudnn.engine/0",
               "(cudnn.algorithm/fft: the legacy interface answers for a GPU that is here only; no "
               "engine is known to be the same algorithm); the policy none answers instead."},
        Static{"fft_tiling", "bwdd", "cudnn.engine/25", "(cudnn.algorithm/fft_tiling: "},
        Static{"winograd", "bwdd", "cudnn.engine/25", "(cudnn.algorithm/winograd: "},
        Static{"winograd_non_fused", "bwdw", "cudnn.engine/20",
               "(cudnn.algorithm/winograd_non_fused: "}}) {
    const Called called = program_.run(
        {"select", direction + same_layer, "--device", "h200", "--policy", policy, "--json"});
    ASSERT_EQ(called.exit, 0) << policy << ' ' << direction << called.err;
    const Json choice = called.document();
    const auto name = choice["candidate"].get<std::string>();
    EXPECT_EQ(name.substr(0, name.find(':')), candidate) << policy << ' ' << direction;
    EXPECT_THAT(choice["reason"].get<std::string>(), HasSubstr(reason));
    EXPECT_EQ(choice["provenance"], "default");
    EXPECT_EQ(choice["precision"], "strict");
  }
}

TEST_F(DescribedGpu, NamesTheShapesForWhichTheanosFallbacksWere) {
  const std::pair<const char*, const char*> fallbacks[] = {
      {"fwd.f32.nchw_n32c128i56x56k128f3x3s2x2p1x1d1x1g1", "it takes stride 1 only"},
      {"fwd.f32.nchw_n1c8i9x1030k8f3x3s1x1p1x1d1x1g1", "it takes images of up to 1024 a side"},
      {"fwd.f32.nchw_n32c128i56x56k128f1x1s1x1p0x0d1x1g1", "it takes no 1x1 filters"}};
  for (const auto& [problem, reason] : fallbacks) {
    const Json choice =
        program_.run({"select", problem, "--device", "h200", "--policy", "fft", "--json"})
            .document();
    EXPECT_EQ(choice["candidate"], "cudnn.engine/0") << problem;
    EXPECT_THAT(choice["reason"].get<std::string>(),
                HasSubstr("(cudnn.algorithm/fft: " + std::string(reason) + ")"));
  }
}

TEST_F(DescribedGpu, HasNoPolicyOutsideOfItsDirectionOrRank) {
  const std::pair<const char*, const char*> wrong[] = {
      {"deterministic", "fwd.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1"},
      {"small", "bwdd.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1"},
      {"winograd", "bwdw.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1"},
      {"fft", "fwd.f32.nchw_n1c8i9x9x9k8f3x3x3s1x1x1p1x1x1d1x1x1g1"}};
  for (const auto& [policy, problem] : wrong) {
    const Called called = program_.run({"select", problem, "--device", "h200", "--policy", policy});
    EXPECT_EQ(called.exit, 2) << policy;
    EXPECT_THAT(called.err, HasSubstr("There is no policy '" + std::string(policy) + "'"));
  }
}

TEST(RequiringCudnn, IsNoWithTheReasonWhereItIsUnusable) {
  Program program;
  program.set("CONVTUNE_CUDNN_LIBRARY=/nowhere/libcudnn.so.9");
  for (const char* policy : {"guess_once", "small", "none"}) {
    const Called called = program.run(
        {"select", layer, "--device", "h200", "--policy", policy, "--require", "cudnn"});
    EXPECT_EQ(called.exit, 1) << policy;
    EXPECT_EQ(called.out, "");
    EXPECT_THAT(called.err, testing::ContainsRegex("cuDNN|convtune_cuda")) << policy;
  }
}

TEST_F(DescribedGpu, WarnsOfALibraryThatCouldNotBeAsked) {
  program_.set("CONVTUNE_CUDNN_LIBRARY=/nowhere/libcudnn.so.9");
  for (const char* const command : {"select", "explain"}) {
    const Called called = program_.run({command, layer, "--device", "h200"});
    EXPECT_EQ(called.exit, 0);
    EXPECT_THAT(called.out, StartsWith("cublas.im2col_gemm/"));
    EXPECT_THAT(called.err, HasSubstr("warning: cudnn.algorithm, cudnn.engine could not be asked: "
                                      "CONVTUNE_CUDNN_LIBRARY names what is no cuDNN ("));
  }
  const Called listed = program_.run({"list", "candidates", layer, "--device", "h200"});
  EXPECT_EQ(listed.exit, 0);
  EXPECT_THAT(listed.err, HasSubstr("cudnn.algorithm, cudnn.engine could not be asked: "));
  const Json devices = program_.run({"list", "devices", "--json"}).document();
  EXPECT_THAT(devices["missing"].dump(), HasSubstr("unset it or name libcudnn.so.9 in it."));

  const Called both =
      program_.run({"list", "candidates", layer, "--direction", "fwd,bwdw", "--device", "h200"});
  const std::string warning = "cudnn.algorithm, cudnn.engine could not be asked: ";
  EXPECT_THAT(both.err, HasSubstr(warning));
  EXPECT_EQ(both.err.find(warning), both.err.rfind(warning)) << "once";
  EXPECT_THAT(both.out, HasSubstr("refused, 4 not asked\n"));
}

TEST_F(DescribedGpu, OffersThatAreKeptAreCountedAndForgotten) {
  ASSERT_EQ(program_.run({"tune", tiny_problem(), "--rigour", "one_run", "-q"}).exit, 0);
  ASSERT_EQ(program_.run({"list", "candidates", layer, "--device", "h200"}).exit, 0);
  const Json info = program_.run({"db", "info", "--json"}).document();
  const int kept = info["kept_offers"];
  EXPECT_GT(kept, 0);
  EXPECT_GT(info["kept_offer_bytes"], 1000);
  EXPECT_THAT(program_.run({"db", "info"}).out,
              testing::ContainsRegex("\n  kept offers +" + std::to_string(kept) + ", [0-9.]+ KiB"));
  const Json dry = program_.run({"db", "prune", "--offers", "--dry-run", "--json"}).document();
  EXPECT_EQ(dry["offers"], kept);
  const Called pruned = program_.run({"db", "prune", "--offers"});
  EXPECT_EQ(pruned.exit, 0) << pruned.err;
  EXPECT_THAT(pruned.out, testing::ContainsRegex(std::to_string(kept) + " kept offers? forgotten"));
  const Json after = program_.run({"db", "info", "--json"}).document();
  EXPECT_EQ(after["kept_offers"], 0);
  EXPECT_EQ(after["runs"], info["runs"]);
}

TEST_F(DescribedGpu, MakesNoDatabaseOfANameThatMayBeWrong) {
  const std::string wrong = (program_.folder() / "wrong.db").string();
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"list", "candidates"}, {"select"}, {"explain"}}) {
    std::vector<std::string> all = command;
    all.insert(all.end(), {layer, "--device", "h200", "--db", wrong});
    const Called called = program_.run(all);
    EXPECT_EQ(called.exit, 0);
    EXPECT_THAT(called.err, HasSubstr("There is no database '" + wrong + "'"));
    EXPECT_FALSE(std::filesystem::exists(wrong)) << command.front();
  }
}

TEST_F(DescribedGpu, RefusesWhatItsMemoryDoesNotHold) {
  const std::string large = "fwd.f32.nchw_n100000c640i560x560k64f3x3s1x1p1x1d1x1g1";
  const Called called = program_.run({"select", large, "--device", "h200"});
  EXPECT_EQ(called.exit, 1);
  EXPECT_EQ(called.out, "");
  EXPECT_THAT(called.err, testing::ContainsRegex("the tensors take [0-9.]+ TiB, but NVIDIA H200 "
                                                 "has 141 GiB of memory"));
  const Json listed =
      program_.run({"list", "candidates", large, "--device", "h200", "--json"}).document();
  EXPECT_TRUE(listed["candidates"].empty());
  for (const Json& each : listed["refusals"])
    EXPECT_THAT(each["reason"].get<std::string>(), HasSubstr("has 141 GiB of memory"));
}

TEST_F(DescribedGpu, ExplainsWithoutTimesByWhatIsKnown) {
  const Json explanation =
      program_.run({"explain", layer, "--device", "h200", "--json"}).document();
  const Json listed =
      program_.run({"list", "candidates", layer, "--device", "h200", "--json"}).document();
  EXPECT_EQ(explanation["unmeasured"].size(), listed["candidates"].size());
  EXPECT_EQ(explanation["refusals"], listed["refusals"]);
  EXPECT_EQ(explanation["unmeasured"][0]["baseline"], true);
  EXPECT_THAT(explanation["unmeasured"][0]["removed_by"].get<std::string>(), HasSubstr("tf32"));
  EXPECT_EQ(explanation["guess"]["candidate"], guess({})["candidate"]);
  EXPECT_EQ(explanation["guess"]["provenance"], "heuristic");
  const std::string text =
      program_.run({"explain", layer, "--device", "h200", "--policy", "none"}).out;
  EXPECT_THAT(text, HasSubstr("The policy guess_once would answer " +
                              guess({})["candidate"].get<std::string>() + " (heuristic)."));
}

TEST_F(DescribedGpu, TheLastResortAnswersWithAWarning) {
  const Called called =
      program_.run({"select", "bwdd.s8.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1", "--device", "h200"});
  EXPECT_EQ(called.exit, 0);
  EXPECT_THAT(called.out, StartsWith("cuda.reference\n"));
  EXPECT_THAT(called.err, HasSubstr("warning: Nothing else may answer than cuda.reference"));
}

TEST_F(DescribedGpu, HasNoSearchOfCudnn) {
  const Called called = program_.run({"explain", layer, "--device", "h200", "--cudnn-find"});
  EXPECT_EQ(called.exit, 0);
  EXPECT_THAT(called.out, HasSubstr("(cudnnFind) needs NVIDIA H200 itself"));
}

TEST_F(DescribedGpu, DoesWithoutCudnnWhereItIsExcluded) {
  // Gemm then, as Theano fell back, though it needs workspace; not the definition.
  for (const char* const policy : {"none", "small", "guess_once"}) {
    const Called called = program_.run(
        {"select", layer, "--device", "h200", "--policy", policy, "--exclude", "cudnn", "--json"});
    EXPECT_EQ(called.exit, 0) << called.err;
    EXPECT_THAT(called.document()["candidate"].get<std::string>(),
                StartsWith("cublas.im2col_gemm/"))
        << policy;
  }
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
  EXPECT_EQ(devices[1]["threads"], 0);
  EXPECT_EQ(devices[1]["sm_clock_mhz"], 1980);
  EXPECT_GT(devices[1]["memory_clock_mhz"], 0);
  EXPECT_EQ(devices[1]["l2_bytes"], 60 << 20);
  const Json asked =
      program.run({"list", "devices", "--device", "h200", "--json"}).document()["devices"];
  EXPECT_EQ(asked, devices);
}

TEST(AGpuThatIsNotHere, IsSaidToBeMissingWithWhatToDo) {
  Program program;
  program.set("CONVTUNE_MODULE_DIR=/nowhere");
  const Json listed = program.run({"list", "devices", "--json"}).document();
  EXPECT_THAT(listed["missing"].dump(),
              HasSubstr("The module convtune_cuda was not found in /nowhere: run scripts/setup "
                        "--cuda"));
  const std::string text = program.run({"list", "devices"}).out;
  for (const Json& sentence : listed["missing"])
    EXPECT_THAT(text, HasSubstr("\n" + sentence.get<std::string>() + "\n"));
}

TEST(AGpuThatIsNotHere, IsDescribedAsItselfAndNotAsTheCpu) {
  const Program program;
  const Json described =
      program.run({"doctor", "--device", "h200", "--dump-description"}).document();
  EXPECT_EQ(described["name"], "NVIDIA H200");
  EXPECT_THAT(described["machine_class"].get<std::string>(),
              StartsWith("NVIDIA H200, sm_90, 132 "));
  EXPECT_EQ(described["fingerprint"]["deviceVer"], 900);
  EXPECT_EQ(described["threads"], 0);
  EXPECT_EQ(described["isa"], nullptr);
}

TEST(AGpuThatIsNotHere, IsWhatTheDoctorBeginsWith) {
  const Program program;
  const Called called = program.run({"doctor", "--device", "h200"});
  EXPECT_EQ(called.exit, 0) << called.err;
  EXPECT_THAT(called.out, StartsWith("  GPU              h200: NVIDIA H200, described, not here\n"
                                     "  GPU's class      NVIDIA H200, sm_90, 132 "));
  EXPECT_THAT(called.out, HasSubstr("\n  GPU's memory     141 GiB\n"));
  EXPECT_THAT(called.out, HasSubstr("- Of NVIDIA H200, which is described and not here, "));
}

TEST(AGpuThatIsNotHere, WhateverIsMissingForItIsNamedAtOnce) {
  Program program;
  program.set("CONVTUNE_MODULE_DIR=/nowhere");
  const Called called = program.run({"list", "implementations", "--json"});
  ASSERT_EQ(called.exit, 0) << called.err;
  const Json document = called.document();
  for (const Json& each : document["implementations"]) {
    if (each["device"] != "cuda") continue;
    const auto reason = each["reason"].get<std::string>();
    EXPECT_THAT(reason, HasSubstr("The module convtune_cuda was not found in /nowhere"));
    if (std::filesystem::exists("/dev/nvidiactl")) continue;
    EXPECT_THAT(reason, HasSubstr("driver of NVIDIA")) << each["name"];
  }
}

TEST(AGpuThatIsNotHere, StopsNobodyWhoAsksWhatThereIs) {
  if (std::filesystem::exists("/dev/nvidiactl")) GTEST_SKIP() << "there may be one";
  const Program program;
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"list", "implementations"}, {"list", "devices"}, {"doctor"}}) {
    std::vector<std::string> all = command;
    all.insert(all.end(), {"--device", "cuda"});
    const Called called = program.run(all);
    EXPECT_EQ(called.exit, 0) << command.back() << ": " << called.err;
    EXPECT_THAT(called.out, HasSubstr("driver of NVIDIA")) << command.back();
    all.back() = "h2000";
    EXPECT_EQ(program.run(all).exit, 2) << "nothing has that name";
  }
  EXPECT_EQ(program.run({"doctor", "--device", "cuda", "--dump-description"}).exit, 3);
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
  Json named = Json::parse(content_of(H200_PROPERTIES));
  (named.contains("fingerprint") ? named["fingerprint"] : named)["deviceName"] =
      std::string(256, 'x');  // beyond what cuDNN has room for
  Json coloured = Json::parse(content_of(H200_PROPERTIES));
  (coloured.contains("fingerprint") ? coloured["fingerprint"] : coloured)["deviceName"] =
      "NVIDIA \x1b[31mH200";
  const Json later{{"schema", "convtune.device/2"}, {"fingerprint", named}};
  const std::pair<std::string, const char*> files[] = {
      {program.file("later.json", later.dump()), "its schema is not convtune.device/1"},
      {program.file("coloured.json", coloured.dump()), "its deviceName holds control characters"},
      {program.file("named.json", named.dump()), "out of range: deviceName"},
      {program.file("empty.json", ""), "is not JSON"},
      {program.file("list.json", "[1]"), "is not a JSON object"},
      {program.file("lacking.json", lacking),
       "missing, of another type or out of range: warpSize"}};
  for (const auto& [file, why] : files) {
    const Called called = program.run({"list", "candidates", layer, "--device", file});
    EXPECT_EQ(called.exit, 2) << file;
    EXPECT_THAT(called.err, HasSubstr(why));
  }
}

TEST(AGpuThatIsNotHere, IsAFileWhereItsNameIsAPath) {
  const Program program;
  for (const std::string file : {"./h200", "./h200.json", "h200.json", "nowhere/NVIDIA H200"}) {
    const Called called = program.run({"list", "candidates", layer, "--device", file});
    EXPECT_EQ(called.exit, 2) << file;
    EXPECT_THAT(called.err,
                HasSubstr("There is no file '" + file + "' that could describe a GPU."));
  }
  Json smaller = Json::parse(content_of(H200_PROPERTIES));
  (smaller.contains("fingerprint") ? smaller["fingerprint"] : smaller)["deviceName"] = "Smaller";
  for (const char* const name : {"h200.json", "cpu.json", "cuda.json"}) {
    const std::string file = program.file(name, smaller.dump());
    const Json devices =
        program.run({"list", "devices", "--device", file, "--json"}).document()["devices"];
    ASSERT_EQ(devices.size(), 3U) << name;
    EXPECT_EQ(devices[1]["device"], "h200");
    EXPECT_EQ(devices[2]["device"], file) << "not taken for the one of that name";
    EXPECT_EQ(devices[2]["name"], "Smaller");
  }
  EXPECT_EQ(program.run({"select", layer, "--policy", ""}).exit, 2);
}

}  // namespace
}  // namespace convtune
