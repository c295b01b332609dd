#include "slowdown.hpp"

#include <algorithm>
#include <cmath>

namespace convtune::fft {
namespace {

// All in multiply-adds of one lane; found on a Zen 5 of 1 MiB and 32 MiB of cache.
constexpr double per_butterfly = 4;  ///< of a pixel in each of log2 steps, memory included
constexpr double per_gathered_pixel = 16;
constexpr double from_l3 = 6, from_memory = 12;  ///< to read an element, if nothing else is done
constexpr double beside = 1.5;                   ///< to read an element, beside products
constexpr double spilled = 2;                    ///< to write or read an element of a block

double spectra_of_tile(const Blocking& blocking, double channels) {
  const double pixels = blocking.size * blocking.size;
  return per_butterfly * 2 * std::log2(blocking.size) * pixels * channels;
}

double padded_filters(const Blocking& blocking) {
  return static_cast<double>(blocking.filter_blocks * blocking.block_filters);
}
double padded_channels(const Blocking& blocking) {
  return static_cast<double>(blocking.channel_vectors * blocking.lanes);
}

double transforms_of_tile(const Blocking& blocking) {
  const double channels = padded_channels(blocking);
  double cost = spectra_of_tile(blocking, channels + padded_filters(blocking));
  if (blocking.gathered) cost += per_gathered_pixel * blocking.size * blocking.size * channels;
  return cost;
}

/// The products of a block of tiles, for which the filters' spectra are read once, the tiles'
/// for each block of filters.
double products_of_block(const Blocking& blocking, std::size_t element, const Device& device) {
  const double points = blocking.points, filters = padded_filters(blocking);
  const auto channels = static_cast<double>(blocking.channels);
  const auto tiles = static_cast<double>(blocking.tiles);
  double cost = 4 * tiles * points * channels * filters;
  const double read = 2 * points * channels * filters;
  const double bytes = read * static_cast<double>(blocking.groups * element);
  if (bytes > 0.5 * static_cast<double>(device.l3_bytes))
    cost = std::max(cost, read * from_memory) + read * beside;
  else if (bytes > 0.5 * static_cast<double>(device.l2_bytes))
    cost = std::max(cost, read * from_l3) + read * beside;
  const auto held =
      static_cast<double>(blocking.spectra + blocking.sums) * static_cast<double>(element);
  if (held > 1.5 * static_cast<double>(device.l2_bytes))
    cost +=
        spilled * tiles * 2 * points *
        (padded_channels(blocking) * static_cast<double>(1 + blocking.filter_blocks) + 2 * filters);
  return cost;
}

/// How much longer threads take than if each had an equal share.
double imbalance(const Blocking& blocking, bool by_rows, int threads) {
  const std::int64_t tasks = std::max<std::int64_t>(
      1, by_rows ? blocking.stacks * blocking.blocks : blocking.filter_blocks);
  const std::int64_t most = (tasks + threads - 1) / threads;
  return static_cast<double>(most * threads) / static_cast<double>(tasks);
}

}  // namespace

double slowdown(const ConvProblem& problem, const Configuration& configuration,
                const Device& device) {
  const Blocking blocking(problem, configuration, device);
  const auto tiles =
      static_cast<double>(blocking.row_tiles * blocking.stack_rows * blocking.stacks);
  const double blocks = tiles / std::max(1.0, static_cast<double>(blocking.tiles));
  double cost =
      tiles * transforms_of_tile(blocking) +
      std::ceil(blocks) * products_of_block(blocking, size_of(problem->source_type), device);
  cost *= imbalance(blocking, configuration.rows > 0, device.threads);
  if (!problem->constant_weights)
    cost += spectra_of_tile(blocking, padded_filters(blocking)) *
            static_cast<double>(blocking.channels * blocking.groups);
  return cost / std::max(1.0, multiply_accumulates(problem));
}

}  // namespace convtune::fft
