#include "../sizes.hpp"

#include <convtune/problem.hpp>

namespace convtune::cuda {
namespace {

Extent extent(const Axis& axis) {
  return {.in = axis.in,
          .filter = axis.filter,
          .out = axis.out(),
          .pad = axis.pad_left,
          .stride = axis.stride,
          .dilation = axis.dilation};
}

}  // namespace

Sizes sizes_of(const ConvProblem& problem) {
  Sizes sizes;
  sizes.images = problem->batch;
  sizes.groups = problem->groups;
  sizes.channels = problem->in_channels / problem->groups;
  sizes.filters = problem->out_channels / problem->groups;
  sizes.flip = problem->flip;
  sizes.unshared = problem->unshared;
  Extent* const last[] = {&sizes.depth, &sizes.height, &sizes.width};
  const auto axes = problem->axes();
  for (std::size_t i = 0; i < axes.size(); ++i) *last[3 - axes.size() + i] = extent(axes[i]);
  for (const Extent* axis : last) {
    sizes.taps *= axis->filter;
    sizes.inputs *= axis->in;
    sizes.positions *= axis->out;
  }
  return sizes;
}

}  // namespace convtune::cuda
