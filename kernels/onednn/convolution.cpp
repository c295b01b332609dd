// onednn.convolution as every build has it. The work is done by the module, where it can be opened.
#include "convolution.hpp"

#include <convtune/error.hpp>

#include "backend.hpp"

namespace convtune {
namespace {

class OnednnConvolution final : public onednn::ConvolutionFace {
 public:
  Offer offer(const ConvProblem& problem, const Device& device) const override {
    const onednn::Library& library = onednn::library();
    if (library.module == nullptr) return Refusal{library.problem};
    return library.module->find(name())->offer(problem, device);
  }

  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device& device) const override {
    const onednn::Library& library = onednn::library();
    if (library.module == nullptr) throw Error(ErrorCode::environment, library.problem);
    return library.module->find(name())->prepare(problem, candidate, device);
  }
};

}  // namespace

const Implementation& onednn_convolution() {
  static const OnednnConvolution instance;
  return instance;
}

}  // namespace convtune
