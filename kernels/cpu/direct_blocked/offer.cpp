// Direct convolutions in nchw with sums of pixels by output channels in registers, for every shape.
#include <algorithm>

#include <convtune/error.hpp>
#include <kernels/plain_layouts.hpp>

#include "../shared/plain_forward.hpp"
#include "blocking.hpp"
#include "candidates.hpp"
#include "cost.hpp"
#include "plan.hpp"

namespace convtune {
namespace direct_blocked {
namespace {

constexpr std::size_t most_workspace = std::size_t{1} << 30;
constexpr double most_taps = 1 << 20;
constexpr double most_copied = 1e15;  ///< elements that still can be counted

std::string objection(const ConvProblem& problem) {
  if (std::string reason = cpu::objection_to_plain_forward(problem); !reason.empty()) return reason;
  if (problem->in_channels == 0) return "there are no channels to sum";
  double taps = 1, copied = static_cast<double>(problem->in_channels);
  for (const Axis& axis : problem->axes()) {
    taps *= static_cast<double>(axis.filter);
    copied *= static_cast<double>(step(axis)) * static_cast<double>(axis.out()) +
              static_cast<double>(axis.reach());
  }
  if (taps > most_taps) return "filters have too many taps for a table of them";
  if (copied > most_copied) return "its workspace would be too large";
  return {};
}

class DirectBlocked final : public Implementation {
 public:
  std::string_view name() const override { return "cpu.direct_blocked"; }
  Tags tags() const override { return {"direct"}; }
  std::string_view summary() const override {
    return "sums of pixels by output channels in registers, nchw; every shape and stride";
  }
  std::string_view backend() const override { return "cpu"; }

  Offer offer(const ConvProblem& problem, const Device& device) const override {
    if (device.kind != DeviceKind::cpu) return Refusal{"runs on a CPU only"};
    if (std::string reason = objection(problem); !reason.empty()) return Refusal{std::move(reason)};
    std::vector<Candidate> candidates;
    for (const Configuration& configuration : configurations(problem, device)) {
      const Blocking blocking(problem, configuration, device);
      if (blocking.workspace_bytes <= most_workspace)
        candidates.push_back(candidate(problem, blocking));
    }
    if (candidates.empty()) return Refusal{"its workspace would be too large"};
    return candidates;
  }

  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device& device) const override {
    std::string reason = objection(problem);
    const auto configuration = parse_configuration(candidate.configuration);
    if (reason.empty() && !(configuration && exists(*configuration, device)))
      reason = "there is no such configuration";
    if (!reason.empty())
      throw Error(ErrorCode::bad_input,
                  text(candidate) + " cannot run " + text(problem) + ": " + reason + ".");
    return direct_blocked_plan(problem, *configuration, device);
  }

 private:
  Candidate candidate(const ConvProblem& problem, const Blocking& blocking) const {
    Candidate candidate;
    candidate.implementation = name();
    candidate.configuration = direct_blocked::text(blocking.configuration);
    candidate.revision = revision();
    candidate.tags = tags();
    candidate.workspace_bytes = blocking.workspace_bytes;
    candidate.deterministic = true;  // every sum has one order
    candidate.layouts = plain_layouts(problem);
    if (problem->constant_weights) candidate.layouts.filter = "packed";
    candidate.slowdown = cost(blocking);
    return candidate;
  }
};

}  // namespace
}  // namespace direct_blocked

const Implementation& cpu_direct_blocked() {
  static const direct_blocked::DirectBlocked instance;
  return instance;
}

}  // namespace convtune
