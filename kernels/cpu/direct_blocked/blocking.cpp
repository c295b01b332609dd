#include "blocking.hpp"

#include <algorithm>

#include "../shared/lanes.hpp"
#include "channel_tile.hpp"

namespace convtune::direct_blocked {
namespace {

constexpr std::int64_t line_bytes = 64;

/// At least `elements`, an odd number of cache lines: at such a distance channels spread over all
/// sets of a cache.
std::int64_t odd_lines(std::int64_t elements, std::int64_t element_bytes) {
  const std::int64_t lines = pieces(elements * element_bytes, line_bytes) | 1;
  return lines * line_bytes / element_bytes;
}

/// Whether no output reads the border.
bool inside(const Axis& axis) {
  return axis.pad_left == 0 && (axis.out() - 1) * axis.stride + axis.reach() <= axis.in;
}

}  // namespace

Blocking::Blocking(const ConvProblem& problem, const Configuration& given, const Device& device)
    : configuration(given),
      isa(device.isa),
      lanes(cpu::vector_bytes(device.isa) / static_cast<int>(size_of(problem->source_type))),
      threads(device.threads),
      flip(problem->flip),
      accumulate(problem->accumulate),
      relu(problem->relu),
      batch(problem->batch),
      channels(problem->in_channels / problem->groups),
      filters(problem->out_channels / problem->groups),
      groups(problem->groups) {
  const std::size_t first = 3 - problem->axes().size();
  for (std::size_t i = 0; i < problem->axes().size(); ++i) axes[first + i] = problem->axes()[i];
  for (const Axis& axis : axes) taps *= axis.filter;
  const bool by_channels = configuration.form == Form::channels;
  block_filters = by_channels ? std::int64_t{configuration.vectors} * lanes : configuration.rows;
  filter_blocks = pieces(filters, block_filters);
  if (configuration.block == 0)
    block = {axes[0].out(), axes[1].out()};
  else
    block = {1, std::min(configuration.block, axes[1].out())};
  for (std::size_t i = 0; i < 2; ++i) blocks[i] = pieces(axes[i].out(), block[i]);
  const auto element = static_cast<std::int64_t>(size_of(problem->source_type));
  lay_out_inputs(element);
  // Filters of a part stay in the second cache, beside their inputs.
  lay_out_products(static_cast<std::int64_t>(device.l2_bytes / 4), element);

  // What does not outgrow the first cache before it is turned.
  constexpr std::int64_t band_bytes = 32 << 10;
  if (by_channels) {
    const std::int64_t row = axes[2].out() * block_filters;
    band = std::clamp<std::int64_t>(band_bytes / (row * element), 1, block[1]);
    sum_elements = odd_lines(band * row, element);
  }
  filter_elements = groups * filter_blocks * products.count * block_filters;
  if (!in_place) input_elements = odd_lines(channels * channel_step, element);
  thread_elements = sum_elements;
  (configuration.block == 0 ? shared_elements : thread_elements) += input_elements;
  if (!problem->constant_weights) shared_elements += odd_lines(filter_elements, element);
  workspace_bytes =
      static_cast<std::size_t>((shared_elements + threads * thread_elements) * element);
}

void Blocking::lay_out_inputs(std::int64_t element_bytes) {
  const Axis& wide = axes[2];
  const bool whole_vectors = configuration.form == Form::channels || wide.out() % lanes == 0;
  if (configuration.form == Form::channels && wide.stride <= most_pixel_distance)
    distance = static_cast<int>(wide.stride);
  split = wide.stride / distance;
  in_place = split == 1 && whole_vectors && std::ranges::all_of(axes, inside);
  if (in_place) {
    row_step = wide.in;
    plane_step = axes[1].in * row_step;
    channel_step = axes[0].in * plane_step;
    high_step = axes[1].stride * row_step;
    deep_step = axes[0].stride * plane_step;
    return;
  }
  // A row's vectors may begin inside of it and end behind it.
  const std::int64_t outputs =
      configuration.form == Form::channels ? wide.out() : pieces(wide.out(), lanes) * lanes;
  const std::int64_t first_taps = (outputs - 1) * distance + 1;
  phases = std::min(split, wide.reach());
  phase_elements = first_taps + (wide.reach() - 1) / split;
  for (std::size_t i = 0; i < 2; ++i) copied[i] = extent(axes[i], block[i]);
  row_step = phases * phase_elements;
  plane_step = copied[1] * row_step;
  channel_step = odd_lines(copied[0] * plane_step, element_bytes);
  high_step = step(axes[1]) * row_step;
  deep_step = step(axes[0]) * plane_step;
}

void Blocking::lay_out_products(std::int64_t part_bytes, std::int64_t element_bytes) {
  // So many that the loop over them is long, and few enough that they stay in the first cache.
  constexpr std::int64_t usual = 256;
  const auto& [deep, high, wide] = axes;
  const std::int64_t together =
      std::clamp<std::int64_t>(usual / taps, 1, std::max<std::int64_t>(1, channels));
  for (std::int64_t c = 0; c < together; ++c)
    for (std::int64_t d = 0; d < deep.filter; ++d)
      for (std::int64_t h = 0; h < high.filter; ++h)
        for (std::int64_t w = 0; w < wide.filter; ++w) {
          const std::int64_t x = w * wide.dilation;
          products.offsets.push_back(c * channel_step + d * deep.dilation * plane_step +
                                     h * high.dilation * row_step + x % split * phase_elements +
                                     x / split);
        }
  products.count = channels * taps;
  products.chunk_step = together * channel_step;
  const std::int64_t chunks = pieces(products.count, together * taps);
  const std::int64_t chunk_bytes = together * taps * block_filters * element_bytes;
  const std::int64_t parts = pieces(chunks, std::max<std::int64_t>(1, part_bytes / chunk_bytes));
  products.part_chunks = pieces(chunks, parts);
}

}  // namespace convtune::direct_blocked
