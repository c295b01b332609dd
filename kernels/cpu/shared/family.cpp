#include "family.hpp"

#include <utility>

#include <convtune/error.hpp>
#include <kernels/plain_layouts.hpp>

namespace convtune::cpu {

Offer Family::offer(const ConvProblem& problem, const Device& device) const {
  if (device.kind != DeviceKind::cpu) return Refusal{"runs on a CPU only"};
  if (std::string reason = objection(problem); !reason.empty()) return Refusal{std::move(reason)};
  return offer_taken(problem, device);
}

std::unique_ptr<Plan> Family::prepare(const ConvProblem& problem, const Candidate& candidate,
                                      const Device& device) const {
  PlanOrReason made = objection(problem);
  if (std::get<std::string>(made).empty()) made = plan(problem, candidate.configuration, device);
  if (auto* const found = std::get_if<std::unique_ptr<Plan>>(&made)) return std::move(*found);
  throw Error(ErrorCode::bad_input, text(candidate) + " cannot run " + text(problem) + ": " +
                                        std::get<std::string>(made) + ".");
}

Candidate Family::candidate(const ConvProblem& problem, std::string configuration,
                            std::size_t workspace_bytes, double slowdown) const {
  Candidate candidate;
  candidate.implementation = name();
  candidate.configuration = std::move(configuration);
  candidate.revision = revision();
  candidate.tags = tags();
  candidate.workspace_bytes = workspace_bytes;
  candidate.deterministic = true;
  candidate.layouts = plain_layouts(problem);
  candidate.slowdown = slowdown;
  return candidate;
}

}  // namespace convtune::cpu
