// onednn.convolution: what the library lists, as candidates.
#include "../convolution.hpp"

#include <algorithm>

#include <convtune/error.hpp>

#include "candidates.hpp"
#include "plan.hpp"
#include "route.hpp"

namespace convtune::onednn {
namespace {

class Convolution final : public ConvolutionFace {
 public:
  Offer offer(const ConvProblem& problem, const Device& device) const override {
    if (device.kind != DeviceKind::cpu) return Refusal{"runs on a CPU only"};
    if (const std::string reason = objection_to(problem); !reason.empty()) return Refusal{reason};
    Offer offer;
    std::vector<Kernel> kernels = list_kernels(problem, offer.refusals);
    if (auto choice = default_kernel(problem)) kernels.push_back(std::move(*choice));
    for (const Kernel& kernel : kernels) {
      const Route way = route(problem, kernel.operation);
      if (!way.problem.empty()) {
        offer.refusals.push_back({.reason = way.problem, .configuration = kernel.configuration});
        continue;
      }
      Candidate candidate = describe(problem, kernel);
      candidate.revision = revision();
      candidate.workspace_bytes = way.workspace_bytes;
      candidate.layouts = held_layouts(problem, kernel.operation);
      offer.candidates.push_back(std::move(candidate));
    }
    return offer;
  }

  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device&) const override {
    std::string reason = objection_to(problem);
    if (reason.empty()) {
      if (const auto kernel = find(problem, candidate.configuration))
        return make_plan(problem, *kernel);
      reason = "oneDNN lists no such kernel here";
    }
    throw Error(ErrorCode::bad_input,
                text(candidate) + " cannot run " + text(problem) + ": " + reason + ".");
  }

 private:
  static std::optional<Kernel> find(const ConvProblem& problem, const std::string& configuration) {
    if (configuration == "default") return default_kernel(problem);
    std::vector<Refusal> ignored;
    for (Kernel& kernel : list_kernels(problem, ignored))
      if (kernel.configuration == configuration) return std::move(kernel);
    return std::nullopt;
  }
};

}  // namespace

const Implementation& convolution() {
  static const Convolution instance;
  return instance;
}

}  // namespace convtune::onednn
