// ConvOp, Theano's legacy family: sums over channels and taps for blocks of images, output channels
// and positions, without a matrix in between. Here with every direction, rank, stride, dilation,
// padding and group.
#include <algorithm>

#include "../shared/family.hpp"
#include "blocking.hpp"
#include "geometry.hpp"
#include "plan.hpp"
#include "unrolling.hpp"

namespace convtune {
namespace direct {
namespace {

constexpr double most_steps = 1e6;      // to list the taps
constexpr double most_elements = 1e11;  // of the planes of an image: padding can be absurd

bool one_type(const ConvShape& shape, DataType type) {
  return shape.source_type == type && shape.filter_type == type && shape.destination_type == type &&
         shape.accumulation == type;
}

std::string objection(const ConvProblem& problem) {
  if (!one_type(problem.shape(), DataType::f32) && !one_type(problem.shape(), DataType::f64))
    return "all tensors and the accumulation must be f32, or all f64";
  if (problem->unshared) return "filters must be shared by all positions";
  if (plane_elements(problem) > most_elements)
    return "a copy of an image with its padding would be too large";
  if (listing_steps(problem) > most_steps) return "the filter has too many taps";
  return {};
}

/// Some 1.5 where what is loaded serves four sums or more, twice that where it serves one; what is
/// computed between the outputs and in vectors with few of them is for nothing, and so is adding up
/// the lanes of a vector for every weight.
double slowdown(const ConvProblem& problem, const Geometry& geometry, const Unrolling& unrolling) {
  constexpr double good = 1.5;
  constexpr std::int64_t lanes = 16;
  if (multiply_accumulates(problem) < 1e6) return good;
  const int served = unrolling.images * unrolling.outputs;
  const double alone = served >= 4 ? 1 : 1 + (4 - served) / 3.0;
  const bool weights = problem->direction == Direction::backward_weights;
  const std::int64_t vectors = (geometry.positions + lanes - 1) / lanes + (weights ? 2 : 0);
  const auto computed =
      static_cast<double>(lanes * vectors) * static_cast<double>(geometry.passes.size());
  const auto wanted =
      static_cast<double>(geometry.written[0] * geometry.written[1] * geometry.written[2]);
  return good * alone * std::max(1.0, computed / wanted);
}

class Direct final : public cpu::Family {
 public:
  std::string_view name() const override { return "cpu.direct"; }
  Tags tags() const override { return {"direct", "legacy", "default"}; }
  std::string_view summary() const override {
    return "ConvOp: sums over channels and taps in registers, unrolled over images and filters";
  }

 private:
  std::string objection(const ConvProblem& problem) const override {
    return direct::objection(problem);
  }

  Offer offer_taken(const ConvProblem& problem, const Device& device) const override {
    const Geometry geometry(problem);
    std::vector<Candidate> candidates;
    for (const Unrolling& unrolling : unrollings(problem))
      candidates.push_back(candidate(problem, text(unrolling),
                                     Blocking(problem, geometry, unrolling, device).workspace_bytes,
                                     slowdown(problem, geometry, unrolling)));
    return candidates;
  }

  PlanOrReason plan(const ConvProblem& problem, std::string_view configuration,
                    const Device& device) const override {
    const auto unrolling = parse_unrolling(configuration);
    if (!unrolling) return "there is no such unrolling";
    if (!divides(*unrolling, problem))
      return "the unrolling leaves a rest of the batch or of the channels";
    return direct_plan(problem, *unrolling, device);
  }
};

}  // namespace
}  // namespace direct

const Implementation& cpu_direct() {
  static const direct::Direct instance;
  return instance;
}

}  // namespace convtune
