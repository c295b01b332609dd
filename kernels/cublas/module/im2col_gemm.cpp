// cublas.im2col_gemm with cuBLAS itself.
#include "../im2col_gemm.hpp"

#include <convtune/error.hpp>

#include "lt_products.hpp"
#include "module.hpp"
#include "offer.hpp"
#include "plan.hpp"

namespace convtune::cublas {
namespace {

class Im2colGemm final : public Im2colGemmFace {
 public:
  Offer offer(const ConvProblem& problem, const Device& device) const override {
    return list_candidates(problem, device);
  }

  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device& device) const override {
    if (!device.present)
      throw Error(ErrorCode::environment, text(candidate) + " needs " + device.name +
                                              " itself, and there is only its description.");
    const auto configuration = parse_configuration(candidate.configuration);
    if (!configuration)
      throw Error(ErrorCode::bad_input, "'" + candidate.configuration +
                                            "' is not a configuration of cublas.im2col_gemm.");
    return im2col_plan(problem, *configuration, open_products());
  }
};

}  // namespace

const Implementation& gemm() {
  static const Im2colGemm instance;
  return instance;
}

}  // namespace convtune::cublas
