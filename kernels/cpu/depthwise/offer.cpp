// A filter for each channel alone: bound by memory if each input is read once, so everything is
// about how vectors of inputs meet their neighbours.
#include <algorithm>
#include <cmath>

#include "../shared/family.hpp"
#include "../shared/plain_forward.hpp"
#include "plan.hpp"

namespace convtune {
namespace depthwise {
namespace {

using Way = Configuration::Way;

constexpr double most_workspace = 0x1p30;
constexpr double most_taps = 1e6;    // to list
constexpr double most_places = 1e6;  // of planes that vectors of channels are made of

std::string objection(const ConvProblem& problem) {
  if (std::string reason = cpu::objection_to_plain_forward(problem); !reason.empty()) return reason;
  if (problem->in_channels == 0 || problem->groups != problem->in_channels)
    return "there must be as many groups as input channels";
  double taps = 1;
  for (const Axis& axis : problem->axes()) taps *= static_cast<double>(axis.filter);
  if (taps > most_taps) return "the filter has too many taps";
  return {};
}

double number(std::int64_t value) {
  return static_cast<double>(value);
}

/// Some 0.5 for the ways that the memory bounds, more by the lanes that have nothing to do.
double slowdown(const ConvProblem& problem, const Configuration& c, const Blocking& blocking) {
  const Geometry geometry(problem);
  const Axis& wide = geometry.axes[2];
  const double lanes = number(blocking.lanes);
  const auto idle = [](double wanted, double step) {
    return std::ceil(wanted / step) * step / std::max(1.0, wanted);
  };
  switch (c.way) {
    case Way::columns: {
      // Wide columns load fewer vectors twice.
      const double narrow = c.vectors < blocking.vectors ? 1 + 0.3 / c.vectors : 1;
      return (geometry.taps > 9 ? 0.6 : 0.4) * narrow *
             std::pow(idle(number(wide.out()), lanes), 0.75);
    }
    case Way::channels: {
      const double padded =
          number(blocking.padded_places) / std::max(1.0, number(geometry.in_plane));
      const double far = blocking.thread_elements > (std::int64_t{1} << 15) ? 2 : 1;
      return 0.6 * far * std::max(1.0, std::sqrt(padded)) *
             idle(number(problem->in_channels), lanes);
    }
    case Way::planes: return 0.35;
    default: return std::sqrt(idle(number(wide.out()), lanes));
  }
}

std::vector<Configuration> configurations() {
  std::vector<Configuration> all;
  for (const int vectors : {4, 2, 1}) all.push_back({.way = Way::columns, .vectors = vectors});
  all.push_back({.way = Way::planes});
  all.push_back({.way = Way::channels});
  all.push_back({.way = Way::padded});
  return all;
}

std::string objection(const ConvProblem& problem, const Configuration& configuration,
                      const Device& device) {
  if (Blocking(problem, configuration, device).bytes() > most_workspace)
    return "its workspace would be too large";
  if (configuration.way == Way::columns) {
    if (!has_columns(problem, configuration, device))
      return "there is no kernel of this filter, stride, dilation or padding";
    if (2 * Blocking(problem, configuration, device).vectors <= configuration.vectors)
      return "rows of outputs are no longer than half of that";
  }
  if (configuration.way == Way::planes && !has_planes(problem, device))
    return "it takes filters of 3x3 and 5x5 at stride 1 and 2 with the usual padding, or less of "
           "it at the far ends, and rows that with the padding of one end are no longer than half "
           "a vector, at stride 2 than a vector, or planes of 7x7 or 8x8 outputs";
  if (configuration.way == Way::channels && number(Geometry(problem).in_plane) > most_places)
    return "planes of so many places are not turned into vectors of channels";
  return {};
}

class Depthwise final : public cpu::Family {
 public:
  std::string_view name() const override { return "cpu.depthwise"; }
  Tags tags() const override { return {"depthwise", "direct"}; }
  std::string_view summary() const override {
    return "a filter for each channel: every input loaded once, its neighbours by shifts of lanes";
  }
  int revision() const override { return 3; }

 private:
  std::string objection(const ConvProblem& problem) const override {
    return depthwise::objection(problem);
  }

  Offer offer_taken(const ConvProblem& problem, const Device& device) const override {
    Offer offer;
    for (const Configuration& c : configurations()) {
      if (std::string reason = depthwise::objection(problem, c, device); !reason.empty()) {
        offer.refusals.push_back({std::move(reason), text(c)});
        continue;
      }
      const Blocking blocking(problem, c, device);
      offer.candidates.push_back(candidate(problem, text(c),
                                           static_cast<std::size_t>(blocking.bytes()),
                                           slowdown(problem, c, blocking)));
    }
    std::ranges::stable_sort(offer.candidates, {}, &Candidate::slowdown);
    return offer;
  }

  PlanOrReason plan(const ConvProblem& problem, std::string_view configuration,
                    const Device& device) const override {
    const auto c = parse_configuration(configuration);
    if (!c) return no_such_configuration();
    if (std::string reason = depthwise::objection(problem, *c, device); !reason.empty())
      return reason;
    switch (c->way) {
      case Way::columns: return columns_plan(problem, *c, device);
      case Way::planes: return planes_plan(problem, *c, device);
      case Way::padded: return padded_plan(problem, *c, device);
      default: return channels_plan(problem, *c, device);
    }
  }
};

}  // namespace
}  // namespace depthwise

const Implementation& cpu_depthwise() {
  static const depthwise::Depthwise instance;
  return instance;
}

}  // namespace convtune
