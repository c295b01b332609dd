#include <gmock/gmock.h>

#include <convtune/constraints.hpp>

namespace convtune {
namespace {

Candidate winograd() {
  Candidate candidate;
  candidate.implementation = "cpu.winograd";
  candidate.workspace_bytes = 4096;
  candidate.deterministic = true;
  candidate.tags = {"winograd", "default"};
  return candidate;
}

TEST(Objection, IsEmptyWithoutConstraints) {
  EXPECT_EQ(objection(winograd(), {}, {}), "");
}

TEST(Objection, WorkspaceUpToTheLimitIsAllowed) {
  EXPECT_EQ(objection(winograd(), {}, {.workspace_limit = 4096}), "");
  EXPECT_EQ(objection(winograd(), {}, {.workspace_limit = 4095}),
            "needs 4096 bytes of workspace, over the limit of 4095");
}

TEST(Objection, DeterminismIsWhatIsDeclaredUntilItWasObserved) {
  const Constraints asked{.deterministic = true};
  EXPECT_EQ(objection(winograd(), std::nullopt, asked), "");
  EXPECT_EQ(objection(winograd(), true, asked), "");
  EXPECT_EQ(objection(winograd(), false, asked), "was not seen to be deterministic");
  Candidate undeclared = winograd();
  undeclared.deterministic = false;
  EXPECT_EQ(objection(undeclared, true, asked), "is not declared deterministic");
}

TEST(Objection, PrecisionIsTheLoosestThatIsAcceptable) {
  Candidate loose = winograd();
  loose.precision = Precision::tf32;
  EXPECT_EQ(objection(loose, {}, {}), "computes in tf32, looser than the strict that is asked for");
  EXPECT_EQ(objection(loose, {}, {.precision = Precision::tf32}), "");
  EXPECT_EQ(objection(loose, {}, {.precision = Precision::downconvert}), "");
}

TEST(Objection, TagsArePlainSets) {
  EXPECT_EQ(objection(winograd(), {}, {.include = {"gemm", "winograd"}}), "");
  EXPECT_EQ(objection(winograd(), {}, {.include = {"gemm", "fft"}}),
            "carries none of the included tags gemm, fft");
  EXPECT_EQ(objection(winograd(), {}, {.exclude = {"winograd"}}),
            "carries the excluded tag winograd");
  EXPECT_EQ(objection(winograd(), {}, {.include = {"winograd"}, .exclude = {"winograd"}}),
            "carries the excluded tag winograd");
  EXPECT_EQ(objection(winograd(), {}, {.require = "cudnn"}), "lacks the required tag cudnn");
  EXPECT_EQ(objection(winograd(), {}, {.require = "winograd"}), "");
}

}  // namespace
}  // namespace convtune
