// What cublas.im2col_gemm offers, and the names of its configurations.
#include "../../kernels/cublas/module/offer.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "../../kernels/cublas/module/configuration.hpp"
#include "../../kernels/cublas/module/work.hpp"
#include "emulated.hpp"

namespace convtune::cublas {
namespace {

using cuda::emulated_gpu;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names(const Offer& offer) {
  std::vector<std::string> found;
  for (const Candidate& each : offer.candidates) found.push_back(each.configuration);
  return found;
}

std::vector<std::string> offered(const char* problem) {
  return names(list_candidates(parse_problem(problem), emulated_gpu()));
}

TEST(Im2colConfiguration, IsTextThatRoundTrips) {
  for (const char* text : {"image", "image.tf32", "chunk2", "chunk64.tf32", "batched",
                           "batched.tf32", "image.algo1", "chunk2.tf32.algo12"}) {
    const auto parsed = parse_configuration(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(cublas::text(*parsed), text);
  }
}

TEST(Im2colConfiguration, IsNothingElse) {
  for (const char* text : {"",
                           "images",
                           "chunk",
                           "chunk0",
                           "chunk1",
                           "chunk02",
                           "chunk-2",
                           "chunk2x",
                           ".tf32",
                           "image.",
                           "image.tf32.tf32",
                           "batched.f32",
                           "Image",
                           "image.algo",
                           "image.algo0",
                           "image.algo01",
                           "image.algo-1",
                           "image.algo1.tf32",
                           "image.algo1.algo2",
                           "image.algo1x",
                           ".algo1"})
    EXPECT_FALSE(parse_configuration(text)) << text;
}

TEST(Im2colOffer, HasPowersOfTwoAndEverythingOnce) {
  const auto ways = [](const char* problem) {
    std::vector<std::string> found = offered(problem);
    std::erase_if(found,
                  [](const std::string& each) { return each.find(".algo") != std::string::npos; });
    return found;
  };
  EXPECT_THAT(ways("fwd.f64.nchw_n10c4i8x8k4f3x3s1x1p1x1d1x1g1"),
              ElementsAre("image", "chunk2", "chunk4", "chunk8", "batched"));
  EXPECT_THAT(ways("fwd.f32.nchw_n2c4i8x8k4f3x3s1x1p1x1d1x1g1"),
              ElementsAre("image", "image.tf32", "batched", "batched.tf32"));
  // One image, filters of its own for each position, no columns and more groups than images.
  EXPECT_THAT(ways("fwd.f16.nchw_n1c4i8x8k4f3x3s1x1p1x1d1x1g1"), ElementsAre("image"));
  EXPECT_THAT(ways("bwdw.f64.nchw_n8c4i8x8k4f3x3s1x1p1x1d1x1g1_unshared"), ElementsAre("image"));
  EXPECT_THAT(ways("fwd.bf16.nchw_n8c4i8x8k4f1x1s1x1p0x0d1x1g1"), ElementsAre("image", "batched"));
  EXPECT_THAT(ways("fwd.bf16.nchw_n2c4i8x8k4f1x1s1x1p0x0d1x1g4"), ElementsAre("image"));
  EXPECT_THAT(ways("fwd.f32.nchw_n0c4i8x8k4f3x3s1x1p1x1d1x1g1"), ElementsAre("image"));
  EXPECT_THAT(ways("fwd.f64.any_n2c4i8x8k4f3x3s1x1p1x1d1x1g1"), ElementsAre("image", "batched"));
}

TEST(Im2colOffer, HasSeveralAlgorithmsForTheSmallestProductsAndTheLargest) {
  EXPECT_THAT(offered("fwd.f64.nchw_n4c4i8x8k4f3x3s1x1p1x1d1x1g1"),
              ElementsAre("image", "image.algo1", "image.algo2", "chunk2", "batched",
                          "batched.algo1", "batched.algo2"));
  EXPECT_THAT(offered("fwd.f32.nchw_n1c4i8x8k4f3x3s1x1p1x1d1x1g1"),
              ElementsAre("image", "image.algo1", "image.algo2", "image.tf32", "image.tf32.algo1",
                          "image.tf32.algo2"));
  // Nothing is multiplied.
  EXPECT_THAT(offered("fwd.f32.nchw_n0c4i8x8k4f3x3s1x1p1x1d1x1g1"), ElementsAre("image"));
}

TEST(Im2colOffer, DeclaresWhatACandidateIs) {
  Device described = emulated_gpu();
  described.present = false;
  const Offer offer =
      list_candidates(parse_problem("bwdd.f32.nchw_n4c4i8x8k4f3x3s1x1p1x1d1x1g1"), described);
  ASSERT_EQ(offer.candidates.size(), 14U);
  for (const Candidate& each : offer.candidates) {
    EXPECT_EQ(each.implementation, "cublas.im2col_gemm");
    EXPECT_TRUE(each.deterministic && each.unranked) << text(each);
    EXPECT_EQ(each.precision == Precision::tf32,
              each.configuration.find(".tf32") != std::string::npos);
    EXPECT_LT(each.slowdown, hopeless_slowdown);
    for (const char* tag : {"cublas", "gemm", "conv_gemm", "default"})
      EXPECT_THAT(each.tags, Contains(tag));
  }
  // Columns of f32: an image takes 4 x 9 x 64 elements, and products some room beside.
  const Candidate &image = offer.candidates.front(), &batched = offer.candidates.back();
  EXPECT_GE(image.workspace_bytes, 4U * 9 * 64 * 4);
  EXPECT_GE(batched.workspace_bytes, 4U * image.workspace_bytes);
  EXPECT_GT(offer.candidates[1].slowdown, image.slowdown) << "better ones are tried first";
}

std::string reason(const char* problem, const Device& device = emulated_gpu()) {
  const Offer offer = list_candidates(parse_problem(problem), device);
  EXPECT_THAT(offer.candidates, testing::IsEmpty());
  return offer.refusals.at(0).reason;
}

TEST(Im2colOffer, RefusesWithAReason) {
  EXPECT_THAT(reason("fwd.s8.nchw_n1c4i8x8k4f3x3s1x1p1x1d1x1g1"), HasSubstr("integers"));
  EXPECT_THAT(reason("fwd.f32.nhwc_n1c4i8x8k4f3x3s1x1p1x1d1x1g1"), HasSubstr("channels first"));
  EXPECT_THAT(reason("fwd.f32.nchw_n1c1i50000x50000k1f1x1s1x1p0x0d1x1g1"), HasSubstr("2^31"));
  Device small = emulated_gpu();
  small.memory_bytes = 1 << 20;
  EXPECT_THAT(reason("fwd.f32.nchw_n1c64i64x64k1f3x3s1x1p1x1d1x1g1", small),
              HasSubstr("more than the device's memory"));
}

TEST(Im2colOffer, LeavesOutWhatTakesMoreThanAQuarterOfTheMemory) {
  const char* const problem = "fwd.f64.nchw_n8c16i32x32k4f3x3s1x1p1x1d1x1g1";
  Device device = emulated_gpu();
  const std::size_t chunk2 = Work(parse_problem(problem), {.images = 2}).workspace_bytes();
  device.memory_bytes = 4 * chunk2;
  const Offer offer = list_candidates(parse_problem(problem), device);
  EXPECT_THAT(names(offer), ElementsAre("image", "image.algo1", "image.algo2", "chunk2",
                                        "chunk2.algo1", "chunk2.algo2"));
  ASSERT_EQ(offer.refusals.size(), 2U);
  EXPECT_EQ(offer.refusals[0].configuration, "chunk4");
  EXPECT_EQ(offer.refusals[1].configuration, "batched");
  EXPECT_THAT(offer.refusals[0].reason, HasSubstr("a quarter of the device's memory"));
}

TEST(Im2colWork, MakesOneCallOfTheLargerOfGroupsAndImages) {
  const auto work = [](const char* problem) { return Work(parse_problem(problem), {.images = 0}); };
  const Work images = work("bwdw.f32.nchw_n8c4i8x8k4f3x3s1x1p1x1d1x1g2");
  EXPECT_EQ(images.over(8), Work::Over::images);
  EXPECT_EQ(images.product(8).batches, 8);
  EXPECT_TRUE(images.parts(8));
  const Work groups = work("bwdw.f32.nchw_n3c4i8x8k4f3x3s1x1p1x1d1x1g4");
  EXPECT_EQ(groups.over(3), Work::Over::groups);
  EXPECT_EQ(groups.product(3).batches, 4);
  EXPECT_FALSE(groups.parts(3));
}

TEST(Im2colWork, PromisesNoMoreAlignmentThanEveryPartHas) {
  const auto alignment = [](const char* problem) {
    return Work(parse_problem(problem), {}).product(1).c.alignment;
  };
  EXPECT_EQ(alignment("fwd.f16.nchw_n3c3i7x7k5f3x3s1x1p1x1d1x1g1"), 2U);   // 5 x 49 apart
  EXPECT_EQ(alignment("fwd.f32.nchw_n3c3i6x6k3f3x3s1x1p1x1d1x1g1"), 16U);  // 3 x 36
  EXPECT_EQ(alignment("fwd.f64.nchw_n3c3i8x8k4f3x3s1x1p1x1d1x1g1"), 16U);  // no more is asked
}

}  // namespace
}  // namespace convtune::cublas
