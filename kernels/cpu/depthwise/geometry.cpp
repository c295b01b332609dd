#include "geometry.hpp"

#include <algorithm>

namespace convtune::depthwise {

Geometry::Geometry(const ConvProblem& problem)
    : channels(problem->batch * problem->in_channels),
      multiplier(problem->out_channels / std::max<std::int64_t>(1, problem->in_channels)) {
  const std::size_t first = 3 - problem->axes().size();
  std::ranges::copy(problem->axes(), axes.begin() + static_cast<std::ptrdiff_t>(first));
  std::ranges::transform(axes, out.begin(), &Axis::out);
  in_plane = axes[0].in * axes[1].in * axes[2].in;
  out_plane = out[0] * out[1] * out[2];
  taps = axes[0].filter * axes[1].filter * axes[2].filter;
}

}  // namespace convtune::depthwise
