// Theano's static policies where cuDNN's algorithms are on offer, and what a new cuDNN leaves
// alone.
#include <gmock/gmock.h>

#include "described_gpus.hpp"
#include "folder.hpp"
#include "world.hpp"

namespace convtune {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Candidate of_cudnn(const std::string& configuration, const std::string& tag,
                   std::size_t workspace_bytes = 0) {
  Candidate candidate = candidate_of(configuration, workspace_bytes, {"cudnn", "conv_dnn", tag});
  candidate.unranked = true;
  return candidate;
}

/// The world with a GPU for which "lib.conv" is cuDNN and "own.conv" a gemm of another library.
class GpuWorld : public World {
 public:
  GpuWorld() {
    device = described_gpu("h200");
    device.present = true;
    for (FakeImplementation* each : {&lib, &own, &reference}) each->kind = DeviceKind::cuda;
    Candidate standard = candidate_of("default", 4096, {"cudnn", "conv_dnn"});
    standard.baseline = true;
    lib.candidates = {standard, of_cudnn("none", "implicit_gemm"),
                      of_cudnn("small", "implicit_precomp_gemm", 4608)};
    own.candidates = {candidate_of("plain", 0, {"gemm", "conv_gemm"})};
  }
};

TEST(PolicyOnAGpu, AnswersWithItsAlgorithm) {
  GpuWorld world;
  const Choice none = world.policy("none"), small = world.policy("small");
  EXPECT_EQ(none.candidate, "lib.conv/none");
  EXPECT_EQ(none.provenance, Provenance::default_choice);
  EXPECT_EQ(none.reason,
            "No measured row for the policy none: this is its default, cuDNN's IMPLICIT_GEMM.");
  EXPECT_EQ(small.candidate, "lib.conv/small");
  world.seconds["lib.conv/none"] = 3;
  world.tune();
  EXPECT_EQ(world.policy("none").candidate, "lib.conv/none") << "however slow it is";
  EXPECT_EQ(world.policy("none").provenance, Provenance::exact);
}

TEST(PolicyOnAGpu, SaysWhyAnotherOneAnswers) {
  GpuWorld world;
  world.lib.refusals = {{.reason = "it takes stride 1 only", .configuration = "fft"}};
  const Choice fft = world.policy("fft");
  EXPECT_EQ(fft.candidate, "lib.conv/none");
  EXPECT_EQ(fft.reason,
            "There is nothing for the policy fft for this problem on this device (lib.conv/fft: it "
            "takes stride 1 only); the policy none answers instead. No measured row for the policy "
            "none: this is its default, cuDNN's IMPLICIT_GEMM.");
}

TEST(PolicyOnAGpu, IsTheRuleOfACpuWhereTheAlgorithmIsAbsent) {
  GpuWorld world;
  world.lib.candidates.resize(1);
  const Choice none = world.policy("none");
  EXPECT_EQ(none.candidate, "own.conv/plain");
  EXPECT_THAT(none.reason, HasSubstr("whoever needs the least workspace answers instead."));

  world.problem = parse_problem("bwdd.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1");
  world.lib.candidates[0].deterministic = false;
  const Choice deterministic = world.policy("deterministic");
  EXPECT_EQ(deterministic.candidate, "own.conv/plain");
  EXPECT_THAT(deterministic.reason, HasSubstr("whoever is deterministic answers instead."));
}

TEST(PolicyOnAGpu, LeavesCudnnToGemmWhereItIsExcluded) {
  GpuWorld world;
  const Choice none = world.ask({.constraints = {.exclude = {"cudnn"}}, .policy = "none"});
  EXPECT_EQ(none.candidate, "own.conv/plain");
  EXPECT_THAT(none.reason, StartsWith("Nothing is allowed for the policy none by the constraints"));
}

TEST(PolicyOnAGpu, IsAnErrorOutsideOfItsDirectionOrRank) {
  GpuWorld world;
  EXPECT_THROW(world.policy("deterministic"), Error);
  world.problem = parse_problem("fwd.f32.nchw_n1c8i9x9x9k8f3x3x3s1x1x1p1x1x1d1x1x1g1");
  EXPECT_THROW(world.policy("fft"), Error);
  world.problem = parse_problem("bwdd.f32.nchw_n1c8i9x9k8f3x3s1x1p1x1d1x1g1");
  EXPECT_THROW(world.policy("small"), Error);
}

TEST(RequiringCudnn, HasNoAnswerAndSaysWhyWhereItIsUnusable) {
  GpuWorld world;
  world.lib.candidates.clear();
  world.lib.refusals = {{.reason = "libcudnn.so.9 was not found"}};
  const Choice required = world.select({.require = "cudnn"});
  EXPECT_EQ(required.candidate, "");
  EXPECT_THAT(required.reason, HasSubstr("libcudnn.so.9 was not found"));
  EXPECT_EQ(world.select().candidate, "own.conv/plain") << "and nobody misses it otherwise";
}

// Of one database, in which the CPU's rows stand beside the GPU's.
TEST(ANewCudnn, MakesItsOwnRowsStaleAndNobodyElses) {
  World cpu;
  GpuWorld gpu;
  gpu.store = cpu.store;
  const Folder folder;
  folder.write("libcudnn.so.9", "old");
  gpu.lib_backend.library.path = (folder.path() / "libcudnn.so.9").string();
  cpu.tune();
  gpu.tune();
  ASSERT_EQ(cpu.select().provenance, Provenance::exact);
  ASSERT_EQ(gpu.select({.require = "cudnn"}).provenance, Provenance::exact);

  folder.write("libcudnn.so.9", "newer");
  gpu.lib_backend.library.header = gpu.lib_backend.library.runtime = "2.0";
  EXPECT_EQ(cpu.select().provenance, Provenance::exact);
  EXPECT_EQ(gpu.select({.require = "gemm"}).provenance, Provenance::exact);
  EXPECT_EQ(gpu.select({.require = "cudnn"}).provenance, Provenance::heuristic);
  EXPECT_EQ(gpu.select({.require = "cudnn", .trust = Trust::any}).provenance, Provenance::stale);
  cpu.tune();
  EXPECT_EQ(cpu.races.size(), 1U) << "nothing of the CPU is timed again";
}

}  // namespace
}  // namespace convtune
