#include "algorithm.hpp"

#include "../cuda/shared/in_module.hpp"

namespace convtune {
namespace {

class Algorithm final : public cuda::InModule<cudnn::AlgorithmFace> {
 public:
  std::vector<Found> search(const ConvProblem& problem, const Device& device,
                            const Buffers& buffers, std::size_t workspace_bytes) const override {
    const cuda::Part part = cuda::part(std::string(backend()));
    if (part.module == nullptr) throw Error(ErrorCode::environment, part.problem);
    const auto* const there = static_cast<const cudnn::AlgorithmFace*>(part.module->find(name()));
    return there->search(problem, device, buffers, workspace_bytes);
  }
};

}  // namespace

const Implementation& cudnn_algorithm() {
  static const Algorithm instance;
  return instance;
}

}  // namespace convtune
