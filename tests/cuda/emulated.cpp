#include "emulated.hpp"

#include <convtune/error.hpp>

#include "../../kernels/cublas/im2col_gemm.hpp"
#include "../../kernels/cublas/module/offer.hpp"
#include "../../kernels/cublas/module/plan.hpp"
#include "emulation/products.hpp"

namespace convtune::cuda {
namespace {

class EmulatedIm2colGemm final : public cublas::Im2colGemmFace {
 public:
  Offer offer(const ConvProblem& problem, const Device& device) const override {
    return cublas::list_candidates(problem, device);
  }
  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device&) const override {
    const auto configuration = cublas::parse_configuration(candidate.configuration);
    if (!configuration) throw Error(ErrorCode::bad_input, candidate.configuration);
    return cublas::im2col_plan(problem, *configuration, cublas::emulated_products());
  }
};

}  // namespace

const Implementation& emulated_im2col_gemm() {
  static const EmulatedIm2colGemm instance;
  return instance;
}

Device emulated_gpu() {
  Device device;
  device.kind = DeviceKind::cuda;
  device.id = "cuda:0";
  device.name = "emulation";
  device.memory_bytes = std::size_t{64} << 30;
  return device;
}

}  // namespace convtune::cuda
