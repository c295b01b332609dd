// cudnn.engine as every build has it. The work is done by the module, where it can be opened.
#include "engine.hpp"

#include <convtune/error.hpp>

#include "../cuda/shared/opened.hpp"

namespace convtune {
namespace {

class CudnnEngine final : public cudnn::EngineFace {
 public:
  Offer offer(const ConvProblem& problem, const Device& device) const override {
    const cuda::Part part = cuda::part(std::string(backend()));
    if (part.module == nullptr) return Refusal{part.problem};
    return part.module->find(name())->offer(problem, device);
  }

  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device& device) const override {
    const cuda::Part part = cuda::part(std::string(backend()));
    if (part.module == nullptr) throw Error(ErrorCode::environment, part.problem);
    return part.module->find(name())->prepare(problem, candidate, device);
  }
};

}  // namespace

const Implementation& cudnn_engine() {
  static const CudnnEngine instance;
  return instance;
}

}  // namespace convtune
