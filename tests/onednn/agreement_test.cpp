// Every candidate of a table of problems against the reference, with exactly its memory.
#include <gtest/gtest.h>

#include <kernels/list.hpp>

#include "check.hpp"

namespace convtune {
namespace {

constexpr double usual_bound = 4;  // in units of eps sum|x||w|; 2.2 is the largest seen

class Agreement : public testing::TestWithParam<const char*> {};

TEST_P(Agreement, WithTheReference) {
  const Implementation& convolution = *find_implementation("onednn.convolution");
  const ConvProblem problem = parse_problem(GetParam());
  const Offer offer = convolution.offer(problem, test_device());
  EXPECT_GE(offer.candidates.size(), 2U) << "a kernel and the default";
  for (const Refusal& refusal : offer.refusals)
    EXPECT_EQ(refusal.configuration, "winograd") << refusal.reason;
  for (const Candidate& candidate : offer.candidates) {
    SCOPED_TRACE("convtune verify '" + text(problem) + "' --candidates '" + text(candidate) + "'");
    const Checked checked = check(convolution, problem, candidate);
    EXPECT_EQ(checked.fault, "");
    EXPECT_TRUE(checked.exact || candidate.inexact);
    const double bound = candidate.error_factor > 0 ? candidate.error_factor : usual_bound;
    EXPECT_LE(checked.scaled_max, bound);
    EXPECT_TRUE(checked.repeatable || !candidate.deterministic);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Onednn, Agreement,
    testing::Values(
        // Free layouts, sizes around the blocks of 8 and 16 channels.
        "fwd.f32.any_n2c20i9x8k17f3x3s1x1p1x1d1x1g1",
        "fwd.f32.any_n1c16i10x10k16f3x3s1x1p1x1d1x1g1_constw",
        "fwd.f32.any_n4c32i12x12k32f3x3s1x1p1x1d1x1g1",
        "bwdd.f32.any_n4c32i12x12k32f3x3s1x1p1x1d1x1g1",
        "bwdw.f32.any_n4c32i12x12k32f3x3s1x1p1x1d1x1g1",
        "bwdw.f32.any_n1c16i3x3k16f3x3s1x1p0x0d1x1g1",
        // Fixed layouts: reorders around the kernels, Winograd's filter out of krsc in two steps.
        "fwd.f32.nchw_n2c32i8x8k16f1x1s2x2p0x0d1x1g1",
        "fwd.f32.nhwc_n1c16i9x9k32f3x3s1x1p1x1d1x1g1",
        "bwdd.f32.nhwc_n2c20i9x8k17f3x3s1x1p1x1d1x1g1",
        "bwdw.f32.nhwc_n2c20i9x8k17f3x3s1x1p1x1d1x1g1",
        "bwdw.f32.nchw_n2c32i7x7k40f1x1s1x1p0x0d1x1g1",
        // First layers, paddings on one side, negative paddings, filters as large as the image.
        "fwd.f32.nchw_n1c3i17x13k24f7x5s2x2p3x2d1x1g1",
        "bwdw.f32.nchw_n1c3i17x13k24f7x5s2x2p3x2d1x1g1",
        "fwd.f32.nchw_n1c32i8x8k64f3x3s1x1p0:1x2:0d1x1g2",
        "fwd.f32.nchw_n1c64i14x14k64f1x1s2x2p0:-1x0:-1d1x1g1",
        "bwdd.f32.nchw_n1c4i6x6k5f6x6s1x1p0x0d1x1g1",
        // Groups, depthwise, dilation.
        "fwd.f32.nchw_n1c16i9x9k16f3x3s1x1p1x1d1x1g16",
        "bwdd.f32.any_n2c24i9x7k24f5x3s2x1p2x1d1x1g24",
        "bwdw.f32.any_n2c24i9x7k24f5x3s2x1p2x1d1x1g24",
        "fwd.f32.nhwc_n1c12i9x8k18f3x3s1x1p2x2d2x2g3",
        "bwdw.f32.nchw_n1c12i9x8k18f3x3s1x1p2x2d2x2g3",
        // 1-D and 3-D.
        "fwd.f32.nchw_n1c17i11k20f3s1p1d1g1", "bwdd.f32.any_n1c17i11k20f3s1p1d1g1",
        "bwdw.f32.nhwc_n1c17i11k20f3s1p1d1g1",
        "fwd.f32.any_n2c16i5x6x4k16f3x2x3s1x2x1p1x0x1d1x1x2g1",
        "bwdd.f32.nchw_n1c8i6x6x6k8f3x3x3s1x1x1p1x1x1d1x1x1g8",
        "bwdw.f32.nhwc_n2c16i5x6x4k16f3x2x3s1x2x1p1x0x1d1x1x2g1",
        // Epilogues: fused forward, added behind the gradients.
        "fwd.f32.nchw_n2c20i9x8k17f3x3s1x1p1x1d1x1g1_bias_relu_acc",
        "fwd.f32.any_n1c16i10x10k32f3x3s1x1p1x1d1x1g1_bias_relu_acc",
        "fwd.bf16.nhwc_n1c32i8x8k64f3x3s1x1p1x1d1x1g1_bias_relu_acc",
        "bwdd.f32.nchw_n1c16i10x10k32f3x3s1x1p1x1d1x1g1_acc",
        "bwdd.bf16.any_n2c20i9x8k17f3x3s1x1p1x1d1x1g1_acc",
        "bwdw.bf16.nchw_n2c20i9x8k17f3x3s1x1p1x1d1x1g1_acc",
        // True convolution: the taps are turned on the way.
        "fwd.f32.nchw_n2c20i9x8k17f3x2s1x1p1x1d1x1g1_flip",
        "fwd.f32.nhwc_n1c16i9x9k16f3x3s1x1p1x1d1x1g1_flip_constw",
        "bwdd.bf16.nhwc_n2c20i9x8k17f3x2s1x1p1x1d1x1g1_flip_acc",
        "bwdw.f32.nchw_n1c16i9x9k16f3x3s1x1p1x1d1x1g1_flip",
        "bwdw.f32.nhwc_n1c17i11k20f3s1p1d1g1_flip_acc",
        "bwdw.bf16.any_n2c24i9x7k24f5x3s2x1p2x1d1x1g24_flip_acc",
        // bf16, and f32 results of it.
        "fwd.bf16.any_n2c32i9x8k32f3x3s1x1p1x1d1x1g1",
        "fwd.bf16:bf16:f32.nchw_n2c20i9x8k17f3x3s1x1p1x1d1x1g1",
        "bwdd.f32:bf16:bf16.nhwc_n2c20i9x8k17f3x3s1x1p1x1d1x1g1",
        "bwdw.bf16:f32:bf16.any_n2c20i9x8k17f3x3s1x1p1x1d1x1g1",
        // Layouts that differ.
        "fwd.f32.nchw:kcrs:nhwc_n1c20i9x8k17f3x3s1x1p1x1d1x1g1",
        "fwd.f32.any:kcrs:nchw_n1c20i9x8k17f3x3s1x1p1x1d1x1g1",
        "bwdd.f32.nhwc:kcrs:any_n1c20i9x8k17f3x3s1x1p1x1d1x1g1"),
    [](const auto& tested) { return "Case" + std::to_string(tested.index); });

}  // namespace
}  // namespace convtune
