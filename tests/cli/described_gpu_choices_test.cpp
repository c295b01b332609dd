// What the program chooses for a GPU that is described and not here.
#include <gmock/gmock.h>

#include "described_gpu.hpp"

namespace convtune {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

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
  for (const std::string direction : {"bwdd", "bwdw"}) {
    const Called called = program_.run(
        {"select", direction + ".s8.nhwc" + sizes, "--device", "h200", "--policy", "guess_once"});
    EXPECT_EQ(called.exit, 1) << direction;
    EXPECT_THAT(called.err, HasSubstr("cudnn.engine: ")) << direction;
  }
}

TEST_F(DescribedGpu, HasNoAnswerWhereNothingQualifies) {
  const Called called = program_.run(
      {"select", layer, "--device", "h200", "--policy", "guess_once", "--require", "fft"});
  EXPECT_EQ(called.exit, 1);
  EXPECT_EQ(called.out, "");
  EXPECT_THAT(called.err, HasSubstr("fft"));
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

TEST_F(DescribedGpu, TheDefinitionNeverAnswersWhoDoesNotAskForIt) {
  const char* const integers = "bwdd.s8.nchw_n1c64i56x56k64f3x3s1x1p1x1d1x1g1";
  const auto asked = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "select");
    arguments.insert(arguments.end(), {"--device", "h200", "--json"});
    return program_.run(arguments);
  };
  const char* const policies[] = {"guess_once", "none"};
  for (const char* const policy : policies) {
    const Called called = asked({integers, "--policy", policy});
    EXPECT_EQ(called.exit, 1) << policy;
    EXPECT_EQ(called.document()["candidate"], nullptr) << policy;
    EXPECT_THAT(called.err, HasSubstr("cudnn.engine: ")) << policy;
  }
  EXPECT_THAT(asked({layer, "--exclude", "cudnn,cublas"}).err,
              HasSubstr("carries the excluded tag cudnn."));
  for (const char* const policy : policies) {
    const Called called =
        asked({layer, "--exclude", "cudnn", "--workspace-limit", "8MiB", "--policy", policy});
    EXPECT_EQ(called.exit, 1) << policy;
    EXPECT_THAT(called.err, HasSubstr("over the limit of 8388608.")) << policy;
  }
  for (const char* const tag : {"reference", "oracle"})
    EXPECT_EQ(asked({integers, "--require", tag}).document()["candidate"], "cuda.reference") << tag;
}

TEST_F(DescribedGpu, SaysWhoStandsInForALibraryThatIsExcluded) {
  const Json choice = guess({"--exclude", "cudnn"});
  EXPECT_THAT(choice["candidate"].get<std::string>(), StartsWith("cublas.im2col_gemm/"));
  EXPECT_THAT(choice["reason"].get<std::string>(),
              testing::AllOf(HasSubstr("nobody of cudnn.engine may answer (cudnn.engine/"),
                             HasSubstr("carries the excluded tag cudnn), so cublas.im2col_gemm")));
}

TEST_F(DescribedGpu, SaysWhyTheEngineOfAPolicyRefuses) {
  const auto reason = [&](const std::vector<std::string>& more) {
    std::vector<std::string> call = {"select", layer, "--device", "h200", "--json"};
    call.insert(call.end(), more.begin(), more.end());
    return program_.run(call).document()["reason"].get<std::string>();
  };
  EXPECT_THAT(
      reason({"--policy", "large", "--workspace-limit", "8MiB"}),
      testing::ContainsRegex("by the constraints \\(cudnn.engine/2[^ ]* needs [0-9]+ bytes of "
                             "workspace, over the limit of 8388608\\); the policy none"));
  EXPECT_THAT(
      reason({"--policy", "none", "--exclude", "cudnn"}),
      testing::ContainsRegex("by the constraints \\(cudnn.engine/0 carries the excluded tag "
                             "cudnn\\); whoever needs the least workspace answers instead"));
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

}  // namespace
}  // namespace convtune
