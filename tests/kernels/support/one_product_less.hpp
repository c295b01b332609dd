#pragma once

#include <convtune/implementation.hpp>

namespace convtune::testing_support {

/// An implementation whose results lack one product in a single output: forward, f32, 2-D, nchw,
/// variable weights, one group, correlation. The product is the output's first of 1/4 or more,
/// which is what random numbers in [-1, 1] have on average.
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
                                const Device& device) const override;

 private:
  const Implementation& right_;
};

}  // namespace convtune::testing_support
