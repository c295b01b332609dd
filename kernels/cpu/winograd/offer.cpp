// Minimal filtering: fewer products for tiles of outputs, in a transformed domain (Winograd 1980;
// Lavin, Gray: Fast Algorithms for Convolutional Neural Networks, 2016).
#include <algorithm>

#include "../shared/family.hpp"
#include "../shared/lanes.hpp"
#include "../shared/packed_plan.hpp"
#include "../shared/plain_forward.hpp"
#include "blocking.hpp"
#include "candidates.hpp"
#include "plan.hpp"

namespace convtune {
namespace winograd {
namespace {

constexpr std::size_t most_workspace = std::size_t{1} << 30;

std::string objection(const ConvProblem& problem) {
  if (std::string reason = cpu::objection_to_plain_forward(problem); !reason.empty()) return reason;
  if (problem->in_channels == 0) return "there are no channels to sum";
  for (const Axis& axis : problem->axes())
    if (axis.stride > 1 && axis.dilation > 1 && axis.filter > 1)
      return "a dilated filter must have stride 1";
  if (tile_outputs_for(problem).empty())
    return "filters must be 3x3, 5x5 or 3x3x3, or have 3 or 7 taps along one axis, with stride 1; "
           "or 3x3, 5x5, 3x3x3 or 3 taps along the last axis, with stride 2";
  return {};
}

/// Products, and what the transforms add to them, against those of the definition.
double slowdown(const ConvProblem& problem, const Blocking& blocking) {
  constexpr double good = 1, per_transform = 3;
  const auto taps =
      static_cast<double>(blocking.shape.taps[0] * blocking.shape.taps[1] * blocking.shape.taps[2]);
  const std::array<int, 3>& tile = blocking.tile;
  const double outputs = tile[0] * tile[1] * tile[2];
  const double points = blocking.shape_points;
  const auto padded = static_cast<double>(blocking.filter_blocks * blocking.block_filters) /
                      static_cast<double>(std::max<std::int64_t>(1, blocking.filters));
  const auto tiles =
      static_cast<double>(blocking.row_tiles * blocking.rows) * outputs *
      static_cast<double>(blocking.phases[0] * blocking.phases[1] * blocking.phases[2]);
  double wanted = 1;
  for (const Axis& axis : problem->axes()) wanted *= static_cast<double>(axis.out());
  const double saved = points / (outputs * taps);
  const double transforms =
      per_transform / static_cast<double>(std::max<std::int64_t>(1, blocking.filters)) +
      per_transform / static_cast<double>(std::max<std::int64_t>(1, blocking.channels));
  return good * padded * std::max(1.0, tiles / std::max(1.0, wanted)) *
         (saved + points / outputs * transforms);
}

bool exists(const ConvProblem& problem, const Configuration& c, const Device& device) {
  const std::vector<int> outputs = tile_outputs_for(problem);
  const auto& [rows, vectors] = c.registers;
  return std::ranges::find(outputs, c.outputs) != outputs.end() &&
         (vectors == 1 || vectors == 2 || vectors == 4) &&
         rows <= cpu::largest_tile(device.isa, vectors).rows &&
         c.channels % (cpu::vector_bytes(device.isa) /
                       static_cast<std::int64_t>(size_of(problem->source_type))) ==
             0;
}

class Winograd final : public cpu::Family {
 public:
  std::string_view name() const override { return "cpu.winograd"; }
  Tags tags() const override { return {"winograd"}; }
  std::string_view summary() const override {
    return "minimal filtering: tiles of outputs by few products in a transformed domain, nchw";
  }

 private:
  std::string objection(const ConvProblem& problem) const override {
    return winograd::objection(problem);
  }

  Offer offer_taken(const ConvProblem& problem, const Device& device) const override {
    constexpr double usual_factor = 4, float64_factor = 8;
    const bool f64 = problem->source_type == DataType::f64;
    std::vector<Candidate> candidates;
    for (const Configuration& c : configurations(problem, device)) {
      const Blocking blocking(problem, c, device);
      if (blocking.workspace_bytes > most_workspace) continue;
      Candidate one =
          candidate(problem, text(c), blocking.workspace_bytes, slowdown(problem, blocking));
      one.layouts = cpu::packed_layouts(problem);
      one.inexact = c.outputs > 2 || std::ranges::max(blocking.shape.taps) > 3;
      one.error_factor = (f64 ? float64_factor : usual_factor) * growth(blocking.shape);
      candidates.push_back(std::move(one));
    }
    if (candidates.empty())
      return Refusal{"its workspace would be too large, or there is nothing to compute"};
    return candidates;
  }

  PlanOrReason plan(const ConvProblem& problem, std::string_view configuration,
                    const Device& device) const override {
    const auto c = parse_configuration(configuration);
    if (!c || !exists(problem, *c, device)) return no_such_configuration();
    return winograd_plan(problem, *c, device);
  }
};

}  // namespace
}  // namespace winograd

const Implementation& cpu_winograd() {
  static const winograd::Winograd instance;
  return instance;
}

}  // namespace convtune
