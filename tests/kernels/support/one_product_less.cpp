#include "one_product_less.hpp"

#include <cmath>
#include <utility>

#include <gtest/gtest.h>

#include "agreement.hpp"
#include "problems.hpp"

namespace convtune::testing_support {
namespace {

class Lacking final : public Plan {
 public:
  Lacking(const ConvProblem& problem, std::unique_ptr<Plan> right)
      : Plan(problem), right_(std::move(right)) {}

  std::string configuration() const override { return right_->configuration(); }
  std::size_t workspace_bytes() const override { return right_->workspace_bytes(); }
  Layouts layouts() const override { return right_->layouts(); }

  void run(const Buffers& buffers) override {
    right_->run(buffers);
    const Axis& high = problem()->axes()[0];
    const Axis& wide = problem()->axes()[1];
    const auto* const source = static_cast<const float*>(buffers.source);
    const auto* const filter = static_cast<const float*>(buffers.filter);
    auto* const output = static_cast<float*>(buffers.destination);
    // The middle of the first output channel, and the tap that meets the pixel there.
    const std::int64_t y = high.out() / 2, x = wide.out() / 2;
    const std::int64_t tap = high.pad_left * wide.filter + wide.pad_left;
    const std::int64_t taps = high.filter * wide.filter, pixels = high.in * wide.in;
    const std::int64_t pixel = y * high.stride * wide.in + x * wide.stride;
    for (std::int64_t c = 0; c < problem()->in_channels; ++c) {
      const float product = source[c * pixels + pixel] * filter[c * taps + tap];
      if (std::abs(product) < 0.25F) continue;
      output[y * wide.out() + x] -= product;
      return;
    }
  }

 private:
  std::unique_ptr<Plan> right_;
};

class OneProductLess final : public Implementation {
 public:
  explicit OneProductLess(const Implementation& right) : right_(right) {}

  std::string_view name() const override { return right_.name(); }
  Tags tags() const override { return right_.tags(); }
  std::string_view summary() const override { return right_.summary(); }
  std::string_view backend() const override { return right_.backend(); }
  Offer offer(const ConvProblem& problem, const Device& device) const override {
    return right_.offer(problem, device);
  }
  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device& device) const override {
    return std::make_unique<Lacking>(problem, right_.prepare(problem, candidate, device));
  }

 private:
  const Implementation& right_;
};

}  // namespace

void expect_one_product_less_is_found(const Implementation& implementation) {
  const OneProductLess wrong(implementation);
  for (const char* const each : {"fwd.f32.nchw_n1c64i14x14k16f3x3s1x1p1x1d1x1g1",
                                 "fwd.f32.nchw_n1c32i24x24k8f5x5s2x2p2x2d1x1g1"}) {
    const ConvProblem problem = parse_problem(each);
    const Case given(problem, Gate::scaled);
    const Offer offer = wrong.offer(problem, test_device(1));
    ASSERT_FALSE(offer.candidates.empty()) << each;
    for (const Candidate& candidate : offer.candidates) {
      EXPECT_TRUE(agrees(given, implementation, candidate, test_device(1))) << text(candidate);
      EXPECT_FALSE(agrees(given, wrong, candidate, test_device(1))) << text(candidate);
    }
  }
}

}  // namespace convtune::testing_support
