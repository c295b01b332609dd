// What cpu.direct leaves to others.
#include <gmock/gmock.h>

#include <convtune/problem.hpp>
#include <kernels/list.hpp>

namespace convtune {
namespace {

TEST(Direct, RefusesFiltersAsLargeAsImages) {
  // Listing the taps of the second would take minutes and gigabytes.
  for (const char* const huge : {"fwd.f32.nchw_n1c1i4000x4000k1f2001x2001s1x1p0x0d1x1g1",
                                 "bwdw.f32.nchw_n1c1i100000x100000k1f50000x50000s1x1p0x0d1x1g1",
                                 "bwdd.f32.nchw_n1c1i9000x9000k1f9x9s1000x1000p0x0d1x1g1"}) {
    const Offer offer = find_implementation("cpu.direct")->offer(parse_problem(huge), Device{});
    EXPECT_TRUE(offer.candidates.empty()) << huge;
    ASSERT_FALSE(offer.refusals.empty()) << huge;
    EXPECT_THAT(offer.refusals.front().reason, testing::ContainsRegex("taps|too large")) << huge;
  }
}

}  // namespace
}  // namespace convtune
