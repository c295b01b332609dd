#include "blocking.hpp"

#include <algorithm>

#include "../shared/lanes.hpp"
#include "../shared/pieces.hpp"

namespace convtune::winograd {
namespace {

using cpu::pieces;

/// At least `elements`, and no multiple of a page or near to one: 36 streams at such distances
/// would share a few lines of the first cache.
std::int64_t spread(std::int64_t elements, std::int64_t lanes, std::size_t element_bytes) {
  constexpr std::int64_t page = 4096, near = 256;
  const auto bytes = static_cast<std::int64_t>(element_bytes);
  std::int64_t step = pieces(elements, lanes) * lanes;
  while (step * bytes % page < near || step * bytes % page > page - near) step += lanes;
  return step;
}

}  // namespace

Blocking::Blocking(const ConvProblem& problem, const Configuration& configuration,
                   const Device& device) {
  const std::size_t element = size_of(problem->source_type);
  lanes = cpu::vector_bytes(device.isa) / static_cast<int>(element);
  shape.outputs = configuration.outputs;
  groups = problem->groups;
  channels = problem->in_channels / groups;
  filters = problem->out_channels / groups;
  channel_vectors = pieces(channels, lanes);
  part_vectors = configuration.channels == 0
                     ? channel_vectors
                     : std::min(channel_vectors, pieces(configuration.channels, lanes));
  block_filters = std::int64_t{configuration.registers.vectors} * lanes;
  filter_blocks = pieces(filters, block_filters);

  std::array<std::int64_t, 3> out{1, 1, 1};
  const std::size_t first = 3 - problem->axes().size();
  for (std::size_t i = 0; i < problem->axes().size(); ++i) {
    const Axis& axis = problem->axes()[i];
    shape.taps[first + i] = static_cast<int>(axis.filter);
    shape.strides[first + i] = static_cast<int>(axis.stride);
    steps[first + i] = axis.filter == 1 ? 1 : axis.dilation;
    phases[first + i] = std::min(steps[first + i], axis.out());
    out[first + i] = pieces(axis.out(), phases[first + i]);
  }
  tile = shape.tile();
  shape_points = shape.points();
  row_tiles = pieces(out[2], tile[2]);
  high_rows = pieces(out[1], tile[1]);
  rows = pieces(out[0], tile[0]) * high_rows;
  block_rows = configuration.rows == 0 ? rows : std::min(configuration.rows, rows);
  block_columns =
      configuration.columns == 0 ? row_tiles : std::min(configuration.columns, row_tiles);
  down = pieces(rows, std::max<std::int64_t>(block_rows, 1));
  across = pieces(row_tiles, std::max<std::int64_t>(block_columns, 1));
  tiles = block_rows * block_columns;

  const std::int64_t together = configuration.registers.rows;
  tile_groups = pieces(tiles, together);
  group_step = part_vectors * together * lanes;
  point_step = spread(tile_groups * group_step, lanes, element);
  points = shape_points * point_step;
  sum_step = spread(tile_groups * together * block_filters, lanes, element);
  sums = shape_points * sum_step;
  strip = strip_elements(shape, block_columns, lanes);
  row_strip = rows_elements(shape, block_columns, lanes);
  filter_elements = groups * filter_blocks * shape_points * channels * block_filters;
  thread_elements = sums + strip + row_strip;
  if (configuration.share_filters)
    shared_elements += points;
  else
    thread_elements += points;
  if (!problem->constant_weights) shared_elements += filter_elements;
  workspace_bytes =
      static_cast<std::size_t>(shared_elements + device.threads * thread_elements) * element;
}

}  // namespace convtune::winograd
