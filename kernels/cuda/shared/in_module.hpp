#pragma once

#include <convtune/error.hpp>

#include "opened.hpp"

namespace convtune::cuda {

/// An implementation of the module convtune_cuda as every build has it. `Face` is what is known of
/// it without the module, which does the work where it can be opened; its class there derives from
/// the same face.
template <class Face>
class InModule : public Face {
 public:
  Offer offer(const ConvProblem& problem, const Device& device) const override {
    if (device.kind != DeviceKind::cuda) return Refusal{"runs on a GPU of NVIDIA only"};
    const Part part = cuda::part(std::string(this->backend()));
    if (part.module == nullptr) return Refusal{part.problem};
    return part.module->find(this->name())->offer(problem, device);
  }

  std::vector<Candidate> neighbours(const ConvProblem& problem, const Device& device,
                                    std::size_t most) const override {
    const Part part = cuda::part(std::string(this->backend()));
    if (device.kind != DeviceKind::cuda || part.module == nullptr) return {};
    return part.module->find(this->name())->neighbours(problem, device, most);
  }

  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device& device) const override {
    const Part part = cuda::part(std::string(this->backend()));
    if (part.module == nullptr) throw Error(ErrorCode::environment, part.problem);
    return part.module->find(this->name())->prepare(problem, candidate, device);
  }
};

}  // namespace convtune::cuda
