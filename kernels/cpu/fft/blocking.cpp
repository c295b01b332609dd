#include "blocking.hpp"

#include <algorithm>

#include "../shared/lanes.hpp"
#include "../shared/pieces.hpp"
#include "transforms.hpp"

namespace convtune::fft {
namespace {

constexpr std::int64_t complex = 2;  // real and imaginary part

using cpu::pieces;

/// At least `elements`, and no multiple of a page or near to one: hundreds of streams at such
/// distances would share a few lines of the caches.
std::int64_t spread(std::int64_t elements, std::int64_t lanes, std::size_t element_bytes) {
  constexpr std::int64_t page = 4096, near = 256;
  const auto bytes = static_cast<std::int64_t>(element_bytes);
  std::int64_t step = pieces(elements, lanes) * lanes;
  const auto aligned = [&] { return (step * bytes + near) % page < 2 * near; };
  while (step * bytes > near && aligned()) step += lanes;
  return step;
}

}  // namespace

std::array<Axis, 3> deep_high_wide(const ConvProblem& problem) {
  std::array<Axis, 3> axes{};
  std::ranges::copy_backward(problem->axes(), axes.end());
  return axes;
}

Blocking::Blocking(const ConvProblem& problem, const Configuration& configuration,
                   const Device& device) {
  const std::size_t element = size_of(problem->source_type);
  lanes = cpu::vector_bytes(device.isa) / static_cast<int>(element);
  size = configuration.tile;
  points = points_of(size);
  groups = problem->groups;
  source_channels = problem->in_channels / groups;
  filters = problem->out_channels / groups;
  block_filters = std::int64_t{configuration.registers.vectors} * lanes;
  filter_blocks = pieces(filters, block_filters);

  std::array<std::int64_t, 2> out{};
  const std::array<Axis, 3> axes = deep_high_wide(problem);
  for (std::size_t i = 0; i < 2; ++i) {
    const Axis& axis = axes[i + 1];
    filter[i] = static_cast<int>(axis.filter);
    strides[i] = static_cast<int>(axis.stride);
    parts[i] = std::min(strides[i], filter[i]);
    taps[i] = (filter[i] + strides[i] - 1) / strides[i];
    outputs[i] = size - taps[i] + 1;
    steps[i] = axis.filter == 1 ? 1 : axis.dilation;
    phases[i] = std::min(steps[i], axis.out());
    out[i] = pieces(axis.out(), phases[i]);
  }
  depth_taps = static_cast<int>(axes[0].filter);
  channels = source_channels * depth_taps * parts[0] * parts[1];
  channel_vectors = pieces(channels, lanes);
  stacks = groups * phases[0] * phases[1];
  row_tiles = pieces(out[1], outputs[1]);
  rows = pieces(out[0], outputs[0]);
  gathered = parts != std::array{1, 1} || (depth_taps > 1 && source_channels % lanes != 0);
  images = problem->batch * axes[0].out();
  stack_rows = images * rows;
  block_rows = configuration.rows == 0
                   ? rows
                   : std::min(configuration.rows, std::max<std::int64_t>(stack_rows, 1));
  blocks = pieces(stack_rows, block_rows);
  tiles = block_rows * row_tiles;

  const std::int64_t together = configuration.registers.rows;
  tile_groups = pieces(tiles, together);
  group_step = channel_vectors * together * complex * lanes;
  point_step = spread(tile_groups * group_step, lanes, element);
  spectra = points * point_step;
  sum_step = spread(tile_groups * together * block_filters * complex, lanes, element);
  sums = points * sum_step;
  strip = strip_elements(size, row_tiles, outputs[1], lanes);
  row_strip = rows_elements(size, outputs, row_tiles, lanes);
  filter_step = spread(channels * block_filters * complex, lanes, element);
  filter_elements = groups * filter_blocks * points * filter_step;
  thread_elements = sums + strip + row_strip;
  if (configuration.rows == 0)
    shared_elements += spectra;
  else
    thread_elements += spectra;
  if (!problem->constant_weights) shared_elements += filter_elements;
  workspace_bytes =
      static_cast<std::size_t>(shared_elements + device.threads * thread_elements) * element;
}

}  // namespace convtune::fft
