// Direct convolutions in nchw with sums of pixels by output channels in registers, for every shape.
#include <algorithm>

#include "../shared/family.hpp"
#include "../shared/packed_plan.hpp"
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

class DirectBlocked final : public cpu::Family {
 public:
  std::string_view name() const override { return "cpu.direct_blocked"; }
  Tags tags() const override { return {"direct"}; }
  std::string_view summary() const override {
    return "sums of pixels by output channels in registers, nchw; every shape and stride";
  }

 private:
  std::string objection(const ConvProblem& problem) const override {
    return direct_blocked::objection(problem);
  }

  Offer offer_taken(const ConvProblem& problem, const Device& device) const override {
    std::vector<Candidate> candidates;
    for (const Configuration& c : configurations(problem, device)) {
      const Blocking blocking(problem, c, device);
      if (blocking.workspace_bytes > most_workspace) continue;
      candidates.push_back(candidate(problem, text(c), blocking.workspace_bytes, cost(blocking)));
      candidates.back().layouts = cpu::packed_layouts(problem);
    }
    if (candidates.empty()) return Refusal{"its workspace would be too large"};
    return candidates;
  }

  PlanOrReason plan(const ConvProblem& problem, std::string_view configuration,
                    const Device& device) const override {
    const auto c = parse_configuration(configuration);
    if (!c || !exists(*c, device)) return no_such_configuration();
    return direct_blocked_plan(problem, *c, device);
  }
};

}  // namespace
}  // namespace direct_blocked

const Implementation& cpu_direct_blocked() {
  static const direct_blocked::DirectBlocked instance;
  return instance;
}

}  // namespace convtune
