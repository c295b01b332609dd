#include "offers.hpp"

#include <algorithm>
#include <variant>

#include <convtune/decorator.hpp>
#include <kernels/list.hpp>

namespace convtune::testing_support {
namespace {

std::vector<Candidate> likeliest(const ConvProblem& problem, const Device& device) {
  std::vector<Candidate> found;
  for (const Implementation* each : own_implementations()) {
    if (dynamic_cast<const Decorator*>(each) != nullptr) continue;
    auto candidates = offer_of(*each, problem, device).candidates;
    const auto best = std::ranges::min_element(candidates, {}, &Candidate::slowdown);
    if (best != candidates.end() && best->slowdown < hopeless_slowdown) found.push_back(*best);
  }
  return found;
}

}  // namespace

Offer offer_of(const Implementation& implementation, const ConvProblem& problem,
               const Device& device) {
  const auto* const decorator = dynamic_cast<const Decorator*>(&implementation);
  if (decorator == nullptr) {
    Offer offer = implementation.offer(problem, device);
    std::erase_if(offer.candidates,
                  [](const Candidate& each) { return !each.worker_environment.empty(); });
    return offer;
  }
  auto inner = decorator->inner(problem);
  if (std::holds_alternative<Refusal>(inner)) return std::get<Refusal>(std::move(inner));
  return decorator->around(problem, likeliest(std::get<ConvProblem>(inner), device));
}

}  // namespace convtune::testing_support
