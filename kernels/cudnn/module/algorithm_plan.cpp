#include "algorithm_plan.hpp"

#include <convtune/error.hpp>

#include "graph.hpp"

namespace convtune::cudnn {
namespace {

class AlgorithmPlan final : public Plan {
 public:
  AlgorithmPlan(const ConvProblem& problem, const Algorithm& algorithm, Legacy legacy,
                std::shared_ptr<const void> keeper)
      : Plan(problem),
        algorithm_(algorithm),
        keeper_(std::move(keeper)),
        legacy_(std::move(legacy)) {
    const auto answer = legacy_.workspace(algorithm.number);
    if (const auto* const refused = std::get_if<std::string>(&answer))
      throw Error(ErrorCode::environment, "cuDNN does not run its algorithm " + text(algorithm) +
                                              " for " + convtune::text(problem) + ": " + *refused +
                                              ".");
    workspace_bytes_ = std::get<std::size_t>(answer);
  }

  std::string configuration() const override { return text(algorithm_); }
  std::size_t workspace_bytes() const override { return workspace_bytes_; }
  Layouts layouts() const override { return cudnn::layouts(channels_last(problem(), false)); }
  void run(const Buffers& buffers) override {
    legacy_.run(algorithm_.number, buffers, workspace_bytes_);
  }

 private:
  Algorithm algorithm_;
  std::shared_ptr<const void> keeper_;  // outlives what follows
  Legacy legacy_;
  std::size_t workspace_bytes_ = 0;
};

}  // namespace

std::unique_ptr<Plan> algorithm_plan(const ConvProblem& problem, const Algorithm& algorithm,
                                     Legacy legacy, std::shared_ptr<const void> keeper) {
  return std::make_unique<AlgorithmPlan>(problem, algorithm, std::move(legacy), std::move(keeper));
}

}  // namespace convtune::cudnn
