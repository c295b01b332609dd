// Gradients of valid convolutions as convolutions: that of the weights with the gradient of the
// result as filters, that of the data with border "full".
#include "shared/alternative.hpp"

namespace convtune {
namespace via {
namespace {

Rewritten gradient_of_data(const ConvProblem& problem) {
  Rewritten made = source_for_result(problem);
  for (Axis& axis : made.shape.axis) axis.pad_left = axis.pad_right = axis.reach() - 1;
  return made;
}

class Forward final : public Alternative {
 public:
  std::string_view name() const override { return "via.forward"; }
  std::string_view summary() const override {
    return "gradients of valid convolutions through somebody's convolution";
  }

 private:
  Rewriting rewrite(const ConvProblem& problem) const override {
    if (problem->direction == Direction::forward) return Refusal{"gradients only"};
    if (!all_valid(problem)) return Refusal{"the border is not valid"};
    if (problem->direction == Direction::backward_data) return gradient_of_data(problem);
    if (!all_undilated(problem)) return Refusal{"there is dilation"};
    return batch_for_channels(problem);
  }
};

}  // namespace
}  // namespace via

const Implementation& via_forward() {
  static const via::Forward instance;
  return instance;
}

}  // namespace convtune
