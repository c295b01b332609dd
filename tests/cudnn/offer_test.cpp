// Candidates of cudnn.engine on an H200 that is not here.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include <kernels/alignment.hpp>

#include "candidates.hpp"
#include "h200.hpp"

namespace convtune::cudnn {
namespace {

using testing::HasSubstr;

Offer offer(const char* problem) {
  return list_candidates(parse_problem(problem), h200());
}

class OfferOf : public testing::TestWithParam<const char*> {};

TEST_P(OfferOf, HasAReasonOrACandidateForEverything) {
  const Offer found = offer(GetParam());
  ASSERT_FALSE(found.candidates.empty());
  std::set<std::string> names;
  for (const Candidate& each : found.candidates) {
    EXPECT_TRUE(names.insert(text(each)).second) << text(each) << " is there twice";
    EXPECT_THAT(each.tags, testing::Contains("cudnn"));
  }
  for (const Refusal& each : found.refusals)
    EXPECT_FALSE(each.reason.empty()) << each.configuration;
}

TEST_P(OfferOf, StartsWithTheBaselineAndEndsWithWhatNobodyRanked) {
  const Offer found = offer(GetParam());
  EXPECT_TRUE(found.candidates.front().baseline);
  EXPECT_EQ(std::ranges::count_if(found.candidates, &Candidate::baseline), 1);
  EXPECT_TRUE(std::ranges::is_sorted(found.candidates, {}, [](const Candidate& each) {
    return std::pair(each.unranked, each.slowdown);
  }));
}

INSTANTIATE_TEST_SUITE_P(Cudnn, OfferOf,
                         testing::Values("fwd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1",
                                         "fwd.f32.nhwc_n1c3i224x224k64f7x7s2x2p3x3d1x1g1",
                                         "bwdd.f16.nhwc_n8c64i28x28k64f3x3s2x2p1x1d1x1g1",
                                         "bwdw.bf16.nhwc_n8c64i28x28k64f3x3s1x1p1x1d1x1g1",
                                         "fwd.f32.nchw_n4c16i100k16f5s1p2d1g1",
                                         "fwd.f32.nchw_n1c16i8x16x16k16f3x3x3s1x1x1p1x1x1d1x1x1g1",
                                         "fwd.f32.nchw_n8c64i28x28k64f3x3s1x1p1x1d2x2g4",
                                         "fwd.f32.nchw_n8c64i28x28k64f3x3s1x1p0:1x0:1d1x1g1",
                                         "fwd.f64.nchw_n8c64i28x28k64f3x3s1x1p1x1d1x1g1_flip"));

TEST(CudnnOffer, TellsPrecisionClassesApart) {
  CONVTUNE_SKIP_UNLESS_919();
  const Offer found = offer("fwd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1");
  std::set<std::string> strict, tf32, downconvert;
  for (const Candidate& each : found.candidates) {
    const std::string engine = each.configuration.substr(0, each.configuration.find(':'));
    (each.precision == Precision::strict ? strict
     : each.precision == Precision::tf32 ? tf32
                                         : downconvert)
        .insert(engine);
  }
  EXPECT_EQ(strict, (std::set<std::string>{"0", "1", "2", "28", "70"}));
  EXPECT_EQ(tf32, (std::set<std::string>{"35", "38", "41", "46", "48", "67"}));
  EXPECT_EQ(downconvert, (std::set<std::string>{"22", "23", "27", "45", "47", "62"}));
}

TEST(CudnnOffer, KnowsWhatIsNotDeterministic) {
  CONVTUNE_SKIP_UNLESS_919();
  const Offer found = offer("bwdw.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1");
  for (const Candidate& each : found.candidates)
    EXPECT_EQ(each.deterministic, !each.configuration.starts_with("20")) << text(each);
  const auto nondeterministic =
      std::ranges::count(found.candidates, false, &Candidate::deterministic);
  EXPECT_GT(nondeterministic, 0);
}

/// The engines of a problem that take tensors of any alignment, and those that do not.
struct ByAlignment {
  std::set<std::string> any, usual;
};

ByAlignment by_alignment(const char* problem) {
  ByAlignment found;
  for (const Candidate& each : offer(problem).candidates) {
    const bool usual = std::ranges::find(each.tags, aligned_tag) != each.tags.end();
    (usual ? found.usual : found.any)
        .insert(each.configuration.substr(0, each.configuration.find(':')));
  }
  return found;
}

TEST(CudnnOffer, SaysWhoTakesTensorsOfTheUsualAlignmentOnly) {
  CONVTUNE_SKIP_UNLESS_919();
  const ByAlignment f32 = by_alignment("fwd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1");
  EXPECT_EQ(f32.usual, (std::set<std::string>{"38", "41"}));
  EXPECT_EQ(f32.any.size(), 15U);
  const ByAlignment f16 = by_alignment("fwd.f16.nhwc_n32c128i56x56k128f3x3s1x1p1x1d1x1g1");
  EXPECT_THAT(f16.any, testing::IsSupersetOf({"0", "1", "2", "28"}));
  EXPECT_THAT(f16.usual, testing::IsSupersetOf({"22", "23", "27", "45", "47", "62"}));
  EXPECT_TRUE(by_alignment("fwd.f64.nchw_n4c16i28x28k16f3x3s1x1p1x1d1x1g1").usual.empty());
}

TEST(CudnnOffer, HasBothLayoutsWhereTheyAreFree) {
  const Offer found = offer("fwd.f16.any_n8c64i28x28k64f3x3s1x1p1x1d1x1g1");
  const auto some = [&](const char* prefix, const char* source) {
    return std::ranges::any_of(found.candidates, [&](const Candidate& each) {
      return each.configuration.starts_with(prefix) && each.layouts.source == source;
    });
  };
  EXPECT_TRUE(some("nhwc/", "nhwc"));
  EXPECT_TRUE(some("nchw/", "nchw"));
}

TEST(CudnnOffer, RefusesWhatIsNoGraph) {
  const auto reason = [](const char* problem) {
    const Offer found = offer(problem);
    EXPECT_TRUE(found.candidates.empty());
    return found.refusals.at(0).reason;
  };
  EXPECT_THAT(reason("fwd.f32.nchw_n1c8i8x8k8f3x3s1x1p1x1d1x1g1_unshared"),
              HasSubstr("no locally connected"));
  EXPECT_THAT(reason("fwd.f32.nchw_n0c8i8x8k8f3x3s1x1p1x1d1x1g1"), HasSubstr("no empty tensors"));
  // Of such a batch it divides by zero.
  EXPECT_THAT(reason("fwd.f32.nchw_n4294967296c1i1x1k1f1x1s1x1p0x0d1x1g1"),
              HasSubstr("below 2^31"));
  for (const char* const direction : {"bwdd", "bwdw"})
    EXPECT_THAT(reason((std::string(direction) + ".s8.nhwc_n1c8i8x8k8f3x3s1x1p1x1d1x1g1").c_str()),
                HasSubstr("forward only"));
}

}  // namespace
}  // namespace convtune::cudnn
