// The module itself where it was built: what it answers without a GPU.
#include <gmock/gmock.h>

#include <convtune/error.hpp>
#include <kernels/gpu.hpp>
#include <kernels/list.hpp>

#include "emulated.hpp"

namespace convtune::cuda {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const ConvProblem problem = parse_problem("fwd.f32.nchw_n4c4i8x8k4f3x3s1x1p1x1d1x1g1");

class InTheModule : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    ASSERT_NE(implementation_, nullptr);
    const Backend& needed = backend(implementation_->backend());
    if (!needed.unavailable().empty()) GTEST_SKIP() << needed.unavailable();
    offer_ = implementation_->offer(problem, emulated_gpu());
  }

  const Implementation* implementation_ = find_implementation(GetParam());
  Offer offer_;
};

TEST_P(InTheModule, IsOffered) {
  ASSERT_FALSE(offer_.candidates.empty());
  for (const Candidate& each : offer_.candidates)
    EXPECT_EQ(each.implementation, implementation_->name());
  EXPECT_EQ(implementation_->offer(problem, Device{}).refusals.at(0).reason,
            "runs on a GPU of NVIDIA only");
}

TEST_P(InTheModule, IsNotPreparedForAGpuThatIsOnlyDescribed) {
  Device described = emulated_gpu();
  described.present = false;
  described.name = "NVIDIA H200";
  EXPECT_THAT([&] { implementation_->prepare(problem, offer_.candidates.at(0), described); },
              ThrowsMessage<Error>(HasSubstr("needs NVIDIA H200 itself")));
}

INSTANTIATE_TEST_SUITE_P(Cuda, InTheModule, testing::Values("cublas.im2col_gemm", "cuda.reference"),
                         [](const auto& tested) {
                           std::string name(tested.param);
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

TEST(Cublas, OffersTheSameAsTheEmulation) {
  const Implementation& mine = *find_implementation("cublas.im2col_gemm");
  if (const auto missing = backend("cublas").unavailable(); !missing.empty())
    GTEST_SKIP() << missing;
  const Offer here = emulated_im2col_gemm().offer(problem, emulated_gpu());
  const Offer there = mine.offer(problem, emulated_gpu());
  ASSERT_EQ(here.candidates.size(), there.candidates.size());
  for (std::size_t i = 0; i < here.candidates.size(); ++i) {
    EXPECT_EQ(text(here.candidates[i]), text(there.candidates[i]));
    EXPECT_EQ(here.candidates[i].workspace_bytes, there.candidates[i].workspace_bytes);
  }
}

TEST(Cublas, SaysInItsOwnWordsThatThereIsNoGpu) {
  if (why_no_gpu().empty()) GTEST_SKIP() << "there is one";
  const Implementation& cublas = *find_implementation("cublas.im2col_gemm");
  if (const auto missing = backend("cublas").unavailable(); !missing.empty())
    GTEST_SKIP() << missing;
  const Offer offer = cublas.offer(problem, emulated_gpu());
  EXPECT_THAT([&] { cublas.prepare(problem, offer.candidates.at(0), emulated_gpu()); },
              ThrowsMessage<Error>(HasSubstr("cuBLAS cannot ")));
}

}  // namespace
}  // namespace convtune::cuda
