// The result of a convolution with border "full" as the gradient of the data of a valid one, whose
// filters have input and output channels exchanged.
#include "shared/alternative.hpp"

namespace convtune {
namespace via {
namespace {

class BackwardData final : public Alternative {
 public:
  std::string_view name() const override { return "via.backward_data"; }
  std::string_view summary() const override {
    return "full convolutions through somebody's gradient of the data";
  }

 private:
  Rewriting rewrite(const ConvProblem& problem) const override {
    if (problem->direction != Direction::forward) return Refusal{"forward only"};
    if (!all_full(problem)) return Refusal{"the border is not full"};
    Rewritten made{.shape = {.direction = Direction::backward_data,
                             .batch = problem->batch,
                             .in_channels = problem->out_channels,
                             .out_channels = problem->in_channels},
                   .source = {Role::destination},
                   .filter = {Role::filter, true, !problem->flip},
                   .destination = {Role::source}};
    for (std::size_t a = 0; a < problem->axes().size(); ++a) {
      const Axis& axis = problem->axis[a];
      made.shape.axis[a] = {.in = axis.out(), .filter = axis.filter, .dilation = axis.dilation};
    }
    return made;
  }
};

}  // namespace
}  // namespace via

const Implementation& via_backward_data() {
  static const via::BackwardData instance;
  return instance;
}

}  // namespace convtune
