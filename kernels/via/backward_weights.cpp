// The result of a valid convolution as the gradient of the weights of another one: channels take
// the place of the batch, the filters that of the gradient of its result.
#include <algorithm>

#include "shared/alternative.hpp"

namespace convtune {
namespace via {
namespace {

class BackwardWeights final : public Alternative {
 public:
  std::string_view name() const override { return "via.backward_weights"; }
  std::string_view summary() const override {
    return "valid convolutions through somebody's gradient of the weights";
  }

 private:
  // Each input channel adds a product to all of the output, as long as there are filter taps: with
  // few of them, reading and writing the output is the work. Measured: 1x1 11 to 40 times a good
  // kernel's. Tiny problems cost their calls and not that.
  static double detour(const ConvProblem& problem) {
    constexpr double usual = 3, taps_worth_it = 8;
    if (multiply_accumulates(problem) < 1e6) return usual;
    double taps = 1;
    for (const Axis& axis : problem->axes()) taps *= static_cast<double>(axis.filter);
    return usual * std::max(1.0, taps_worth_it / taps);
  }

  Rewriting rewrite(const ConvProblem& problem) const override {
    if (problem->direction != Direction::forward) return Refusal{"forward only"};
    if (!all_valid(problem)) return Refusal{"the border is not valid"};
    if (!all_undilated(problem)) return Refusal{"there is dilation"};
    Rewritten made = batch_for_channels(problem);
    made.shape.direction = Direction::backward_weights;
    made.detour = detour(problem);
    return made;
  }
};

}  // namespace
}  // namespace via

const Implementation& via_backward_weights() {
  static const via::BackwardWeights instance;
  return instance;
}

}  // namespace convtune
