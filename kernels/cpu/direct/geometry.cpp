#include "geometry.hpp"

#include <algorithm>
#include <functional>

namespace convtune::direct {
namespace {

using Axes = std::array<Axis, 3>;

Axes right_aligned(const ConvProblem& problem) {
  Axes axes;
  const auto given = problem->axes();
  std::ranges::copy(given, axes.end() - static_cast<std::ptrdiff_t>(given.size()));
  return axes;
}

/// How many places of a plane the last tap reads beyond the first.
std::int64_t spread(const Axis& axis) {
  return (axis.filter - 1) * axis.dilation / axis.stride;
}

/// The first of the positions x + pad_left = stride * v + remainder that lies in the tensor or one
/// before it.
std::int64_t first_step(const Axis& axis) {
  return axis.pad_left / axis.stride;
}

std::int64_t grid_of(const Axis& axis, bool to_source) {
  if (!to_source) return axis.out();
  return (axis.pad_left + axis.in - 1) / axis.stride - first_step(axis) + 1;
}

/// Which remainders of the stride the taps of one axis have.
std::vector<std::int64_t> remainders(const Axis& axis) {
  std::vector<std::int64_t> found;
  for (std::int64_t t = 0; t < std::min(axis.filter, axis.stride); ++t) {
    const std::int64_t one = t * axis.dilation % axis.stride;
    if (std::ranges::find(found, one) == found.end()) found.push_back(one);
  }
  return found;
}

std::vector<std::int64_t> all_remainders(const Axis& axis) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(axis.stride));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int64_t>(i);
  return all;
}

using Visit = std::function<void(const Extents&)>;

/// Every combination of one entry of each list, the last fastest.
void combine(const std::array<std::vector<std::int64_t>, 3>& lists, const Visit& visit) {
  for (const std::int64_t d : lists[0])
    for (const std::int64_t h : lists[1])
      for (const std::int64_t w : lists[2]) visit({d, h, w});
}

void each_tap(const Axes& axes, const Visit& visit) {
  for (std::int64_t d = 0; d < axes[0].filter; ++d)
    for (std::int64_t h = 0; h < axes[1].filter; ++h)
      for (std::int64_t w = 0; w < axes[2].filter; ++w) visit({d, h, w});
}

std::int64_t filter_index(const Axes& axes, const Extents& tap, bool flip) {
  std::int64_t index = 0;
  for (std::size_t a = 0; a < 3; ++a)
    index = index * axes[a].filter + (flip ? axes[a].filter - 1 - tap[a] : tap[a]);
  return index;
}

std::int64_t volume(const Extents& extents) {
  return extents[0] * extents[1] * extents[2];
}

std::int64_t index_in(const Extents& extents, const Extents& at) {
  return (at[0] * extents[1] + at[1]) * extents[2] + at[2];
}

/// An odd number of cache lines, so that the same place of many channels is not one cache set.
std::int64_t odd_lines(std::int64_t elements) {
  constexpr std::int64_t line = 16;
  return ((elements + line - 1) / line | 1) * line;
}

void read_by_forward(Geometry& geometry, const Axes& axes) {
  std::vector<Extents> starts;
  combine({remainders(axes[0]), remainders(axes[1]), remainders(axes[2])},
          [&](const Extents& remainder) {
            Window window;
            for (std::size_t a = 0; a < 3; ++a) {
              window.first[a] = remainder[a] - axes[a].pad_left;
              window.step[a] = axes[a].stride;
            }
            starts.push_back(remainder);
            geometry.windows.push_back(window);
          });
  Pass pass;
  each_tap(axes, [&](const Extents& tap) {
    Extents remainder{}, place{};
    for (std::size_t a = 0; a < 3; ++a) {
      remainder[a] = tap[a] * axes[a].dilation % axes[a].stride;
      place[a] = tap[a] * axes[a].dilation / axes[a].stride;
    }
    const auto window = std::ranges::find(starts, remainder) - starts.begin();
    pass.taps.push_back({.offset = window * geometry.plane + index_in(geometry.extent, place),
                         .filter = filter_index(axes, tap, geometry.flip)});
  });
  geometry.passes.push_back(std::move(pass));
}

void read_by_gradient(Geometry& geometry, const Axes& axes) {
  Window whole;
  for (std::size_t a = 0; a < 3; ++a) whole.first[a] = first_step(axes[a]) - spread(axes[a]);
  geometry.windows.push_back(whole);
  combine({all_remainders(axes[0]), all_remainders(axes[1]), all_remainders(axes[2])},
          [&](const Extents& remainder) {
            Pass pass;
            for (std::size_t a = 0; a < 3; ++a) {
              pass.window.first[a] =
                  first_step(axes[a]) * axes[a].stride + remainder[a] - axes[a].pad_left;
              pass.window.step[a] = axes[a].stride;
            }
            each_tap(axes, [&](const Extents& tap) {
              Extents place{};
              for (std::size_t a = 0; a < 3; ++a) {
                const std::int64_t shift = tap[a] * axes[a].dilation;
                if (shift % axes[a].stride != remainder[a]) return;
                place[a] = spread(axes[a]) - shift / axes[a].stride;
              }
              pass.taps.push_back({.offset = index_in(geometry.extent, place),
                                   .filter = filter_index(axes, tap, geometry.flip)});
            });
            geometry.passes.push_back(std::move(pass));
          });
}

}  // namespace

Extents spatial(const ConvProblem& problem, Role role) {
  Extents found{1, 1, 1};
  const Axes axes = right_aligned(problem);
  for (std::size_t a = 0; a < 3; ++a)
    found[a] = role == Role::source   ? axes[a].in
               : role == Role::filter ? axes[a].filter
                                      : axes[a].out();
  return found;
}

double plane_elements(const ConvProblem& problem) {
  const bool to_source = problem->direction == Direction::backward_data;
  const bool weights = problem->direction == Direction::backward_weights;
  double plane = 1, planes = 1;
  for (const Axis& axis : problem->axes()) {
    plane *= static_cast<double>(grid_of(axis, to_source)) + static_cast<double>(spread(axis));
    if (!to_source) planes *= static_cast<double>(std::min(axis.filter, axis.stride));
  }
  const auto channels =
      static_cast<double>(to_source ? problem->out_channels : problem->in_channels);
  const double others = weights ? static_cast<double>(problem->out_channels) : 0;
  return plane * (planes * channels + others);
}

double listing_steps(const ConvProblem& problem) {
  const bool to_source = problem->direction == Direction::backward_data;
  double steps = 1;
  for (const Axis& axis : problem->axes())
    steps *= static_cast<double>(axis.filter) *
             static_cast<double>(to_source ? axis.stride : std::min(axis.filter, axis.stride));
  return steps;
}

Geometry::Geometry(const ConvProblem& problem)
    : images(problem->batch),
      groups(problem->groups),
      inputs(problem->in_channels / groups),
      outputs(problem->out_channels / groups),
      flip(problem->flip) {
  const bool to_source = problem->direction == Direction::backward_data;
  if (to_source) std::swap(inputs, outputs);
  read = spatial(problem, to_source ? Role::destination : Role::source);
  written = spatial(problem, to_source ? Role::source : Role::destination);
  const Axes axes = right_aligned(problem);
  Extents last{};
  for (std::size_t a = 0; a < 3; ++a) {
    grid[a] = grid_of(axes[a], to_source);
    extent[a] = grid[a] + spread(axes[a]);
    last[a] = grid[a] - 1;
  }
  plane = odd_lines(volume(extent));
  positions = index_in(extent, last) + 1;
  to_source ? read_by_gradient(*this, axes) : read_by_forward(*this, axes);
}

std::int64_t Geometry::pitch(int axis) const {
  return axis == 0 ? extent[1] * extent[2] : axis == 1 ? extent[2] : 1;
}

}  // namespace convtune::direct
