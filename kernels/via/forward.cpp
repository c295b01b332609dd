// Gradients of valid convolutions as convolutions: that of the weights with the gradient of the
// result as filters, that of the data with border "full".
#include "shared/alternative.hpp"

namespace convtune {
namespace via {
namespace {

Rewritten gradient_of_weights(const ConvProblem& problem) {
  Rewritten made{.shape = {.batch = problem->in_channels,
                           .in_channels = problem->batch,
                           .out_channels = problem->out_channels},
                 .source = {Role::source, true},
                 .filter = {Role::destination, true},
                 .destination = {Role::filter, true, problem->flip},
                 .detour = 3};
  for (std::size_t a = 0; a < problem->axes().size(); ++a) {
    const Axis& axis = problem->axis[a];
    made.shape.axis[a] = {.in = axis.in, .filter = axis.out()};
  }
  return made;
}

Rewritten gradient_of_data(const ConvProblem& problem) {
  Rewritten made{.shape = {.batch = problem->batch,
                           .in_channels = problem->out_channels,
                           .out_channels = problem->in_channels},
                 .source = {Role::destination},
                 .filter = {Role::filter, true, !problem->flip},
                 .destination = {Role::source}};
  for (std::size_t a = 0; a < problem->axes().size(); ++a) {
    const Axis& axis = problem->axis[a];
    made.shape.axis[a] = {.in = axis.out(),
                          .filter = axis.filter,
                          .pad_left = axis.reach() - 1,
                          .pad_right = axis.reach() - 1,
                          .dilation = axis.dilation};
  }
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
    return gradient_of_weights(problem);
  }
};

}  // namespace
}  // namespace via

const Implementation& via_forward() {
  static const via::Forward instance;
  return instance;
}

}  // namespace convtune
