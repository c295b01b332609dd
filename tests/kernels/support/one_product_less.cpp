#include "one_product_less.hpp"

#include <cmath>
#include <utility>

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

}  // namespace

std::unique_ptr<Plan> OneProductLess::prepare(const ConvProblem& problem,
                                              const Candidate& candidate,
                                              const Device& device) const {
  return std::make_unique<Lacking>(problem, right_.prepare(problem, candidate, device));
}

}  // namespace convtune::testing_support
