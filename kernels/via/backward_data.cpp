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
    Rewritten made = source_for_result(problem);
    made.shape.direction = Direction::backward_data;
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
