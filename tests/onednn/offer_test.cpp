// What an offer says about its candidates, and what it refuses.
#include <set>

#include <gmock/gmock.h>

#include <convtune/error.hpp>
#include <kernels/list.hpp>

#include "check.hpp"

namespace convtune {
namespace {

using testing::Contains;
using testing::HasSubstr;

const Implementation& convolution() {
  return *find_implementation("onednn.convolution");
}

Offer offered(const char* problem) {
  return convolution().offer(parse_problem(problem), test_device());
}

struct Refused {
  const char* problem;
  const char* reason;
};

TEST(Offer, RefusesWithTheReason) {
  for (const auto& [problem, reason] :
       {Refused{"fwd.f64.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1", "takes f32 and bf16, not f64"},
        Refused{"fwd.f16.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1", "takes f32 and bf16, not f16"},
        Refused{"fwd.f32.nchw_n1c16i14x14k1000000000f3x3s1x1p1x1d1x1g1", "fewer than 2^31"},
        Refused{"fwd.f32:f32:bf16.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1", "inputs of one type"},
        Refused{"fwd.bf16:f32:f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1", "inputs of one type"},
        Refused{"fwd.f32.nchw_n0c4i6x6k4f3x3s1x1p1x1d1x1g1", "empty"},
        Refused{"fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1_unshared", "over all positions"}}) {
    const Offer offer = offered(problem);
    EXPECT_TRUE(offer.candidates.empty()) << problem;
    ASSERT_EQ(offer.refusals.size(), 1U) << problem;
    EXPECT_THAT(offer.refusals[0].reason, HasSubstr(reason));
    EXPECT_EQ(offer.refusals[0].configuration, "");
  }
  const Offer elsewhere = convolution().offer(
      parse_problem("fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1"), {.kind = DeviceKind::cuda});
  EXPECT_TRUE(elsewhere.candidates.empty());
  EXPECT_EQ(elsewhere.refusals.size(), 1U);
}

TEST(Offer, SaysWhyThereIsNoWinograd) {
  const Offer offer = offered("fwd.f32.any_n1c64i28x28k64f5x5s1x1p2x2d1x1g1");
  ASSERT_EQ(offer.refusals.size(), 1U);
  EXPECT_EQ(offer.refusals[0].configuration, "winograd");
  EXPECT_EQ(offer.refusals[0].reason, "oneDNN lists no kernel for the algorithm winograd");
}

TEST(Offer, NamesEveryCandidateOnce) {
  for (const char* problem : {"fwd.f32.nhwc_n1c16i9x9k16f1x1s1x1p0x0d1x1g1",
                              "fwd.bf16.nchw_n1c64i14x14k64f3x3s1x1p1x1d1x1g1",
                              "bwdw.f32.nhwc_n1c3i1x1k5f1x1s1x1p0x0d1x1g1"}) {
    const Offer offer = offered(problem);
    std::set<std::string> texts;
    for (const Candidate& candidate : offer.candidates) texts.insert(text(candidate));
    EXPECT_EQ(texts.size(), offer.candidates.size()) << problem;
    EXPECT_GE(texts.size(), 3U) << problem;
  }
}

TEST(Offer, KeepsFixedLayoutsAndStatesFreeOnes) {
  const Layouts plain{"nhwc", "krsc", "nhwc"};
  for (const Candidate& candidate :
       offered("fwd.f32.nhwc_n1c32i9x9k32f3x3s1x1p1x1d1x1g1").candidates)
    EXPECT_EQ(candidate.layouts, plain) << candidate.configuration;
  for (const Candidate& candidate :
       offered("fwd.f32.any_n1c32i9x9k32f3x3s1x1p1x1d1x1g1").candidates) {
    EXPECT_EQ(candidate.layouts.filter, "kcrs") << candidate.configuration;
    if (candidate.baseline) continue;
    EXPECT_THAT(candidate.configuration, HasSubstr(candidate.layouts.source));
  }
}

TEST(Offer, TagsTheFamilies) {
  for (const Candidate& candidate :
       offered("fwd.f32.any_n1c64i28x28k64f3x3s1x1p1x1d1x1g1").candidates) {
    EXPECT_THAT(candidate.tags, Contains("onednn"));
    const std::string& name = candidate.configuration;
    const auto family = name.starts_with("winograd/")     ? "winograd"
                        : name.find("gemm") != name.npos  ? "gemm"
                        : name.find("/jit:") != name.npos ? "direct"
                                                          : "onednn";
    EXPECT_THAT(candidate.tags, Contains(family)) << name;
    EXPECT_EQ(candidate.slowdown >= 20, name.find("ref:any") != name.npos) << name;
    EXPECT_EQ(candidate.inexact, name.find("wino_4x3") != name.npos) << name;
  }
}

TEST(Prepare, NeedsNothingButTheText) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c16i9x9k16f3x3s1x1p1x1d1x1g1");
  for (const Candidate& candidate : convolution().offer(problem, test_device()).candidates) {
    Candidate written;
    written.implementation = candidate.implementation;
    written.configuration = candidate.configuration;
    const auto plan = convolution().prepare(problem, written, test_device());
    EXPECT_EQ(plan->configuration(), candidate.configuration);
    EXPECT_EQ(plan->workspace_bytes(), candidate.workspace_bytes);
    EXPECT_EQ(plan->layouts(), candidate.layouts);
  }
}

TEST(Prepare, RefusesWhatIsNotOffered) {
  Candidate candidate;
  candidate.implementation = "onednn.convolution";
  candidate.configuration = "winograd/jit_wino_4x3:avx512_core/nChw16c";
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c16i9x9k16f5x5s1x1p1x1d1x1g1");
  EXPECT_THROW(convolution().prepare(problem, candidate, test_device()), Error);
}

}  // namespace
}  // namespace convtune
