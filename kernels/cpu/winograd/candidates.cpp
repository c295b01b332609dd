#include "candidates.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "../shared/lanes.hpp"
#include "../shared/pieces.hpp"
#include "blocking.hpp"

namespace convtune::winograd {
namespace {

constexpr std::size_t small_workspace = std::size_t{1} << 20;

using cpu::pieces;

/// Sizes of pieces up to `most` that differ by a sixteenth or more, each as even as their number
/// allows.
std::vector<std::int64_t> even_pieces(std::int64_t size, std::int64_t most) {
  constexpr std::int64_t steps = 16;
  std::vector<std::int64_t> all;
  for (std::int64_t piece = std::min(size, most); piece > 0;
       piece -= std::max<std::int64_t>(1, piece / steps)) {
    const std::int64_t even = pieces(size, pieces(size, piece));
    if (all.empty() || all.back() != even) all.push_back(even);
  }
  return all;
}

/// Sums that fit into registers, with the fewest loads for so many tiles.
cpu::RegisterTile best_registers(const Device& device, int vectors, std::int64_t tiles) {
  const cpu::RegisterTile largest = cpu::largest_tile(device.isa, vectors);
  cpu::RegisterTile best = largest;
  for (int rows = largest.rows - 1; rows >= (largest.rows + 1) / 2; --rows)
    if (pieces(tiles, rows) == pieces(tiles, best.rows))
      best.rows = rows;  // as many groups, more alike
  return best;
}

/// The tiles of a problem's images for one size of tiles, and how blocks of them are configured.
struct Tiling {
  Tiling(const ConvProblem& asked, int outputs_of_tile, const Device& on)
      : problem(asked),
        device(on),
        outputs(outputs_of_tile),
        whole(asked, {.outputs = outputs_of_tile, .registers = {}, .rows = 0}, on) {}

  const ConvProblem& problem;
  const Device& device;
  int outputs;
  Blocking whole;  ///< with all of an image in one block

  bool empty() const { return whole.rows == 0 || whole.row_tiles == 0; }
  std::int64_t images() const {
    return problem->batch * whole.groups * whole.phases[0] * whole.phases[1] * whole.phases[2];
  }
  std::size_t filter_bytes() const {
    return static_cast<std::size_t>(whole.filter_elements) * size_of(problem->source_type);
  }
  /// Of the transformed inputs of one tile.
  std::size_t tile_bytes() const {
    return static_cast<std::size_t>(whole.shape_points * whole.channel_vectors * whole.lanes) *
           size_of(problem->source_type);
  }

  Configuration blocks(std::int64_t rows, std::int64_t columns, bool share_filters,
                       int vectors) const {
    const std::int64_t tiles =
        (rows == 0 ? whole.rows : rows) * (columns == 0 ? whole.row_tiles : columns);
    return {.outputs = outputs,
            .registers = best_registers(device, vectors, tiles),
            .rows = rows,
            .columns = columns,
            .share_filters = share_filters};
  }
};

/// What a configuration takes beside the products of its sums, in units of these; from times of
/// 512 channels at 28x28 and 14x14.
double overhead(const Tiling& tiling, const Configuration& c, const Blocking& b) {
  // A vector of filters that comes from this far takes as long as its products with so many tiles.
  const double tiles_per_read = tiling.filter_bytes() <= tiling.device.l2_bytes   ? 2.0
                                : tiling.filter_bytes() <= tiling.device.l3_bytes ? 6.5
                                                                                  : 9.0;
  // So many channels' products take as long as the inverse transform, and the barriers of a block.
  constexpr double channels_per_part = 30, products_per_barrier = 2.5e6;
  const auto threads = static_cast<double>(tiling.device.threads);
  const auto channels = static_cast<double>(b.channels);
  const auto parts = static_cast<double>(pieces(b.channel_vectors, b.part_vectors));
  const auto blocks = static_cast<double>(tiling.images() * b.down * b.across);
  const double read = std::hypot(1.0, tiles_per_read / static_cast<double>(b.tiles));
  const double loads = c.registers.vectors == 1 ? 1.15 : 1.0;
  double others = parts * channels_per_part / channels;
  double idle = 1;
  if (c.share_filters) {
    const double products = static_cast<double>(b.shape_points * b.tiles * b.filters) * channels;
    others += 2 * parts * products_per_barrier * threads / products;
    const auto shared = static_cast<double>(b.filter_blocks);
    idle = std::ceil(shared / threads) * threads / shared;
  } else {
    idle = std::ceil(blocks / threads) * threads / blocks;
  }
  return (read * loads + others) * idle;
}

/// Whose workspace is at most 1 MiB: blocks of fewer tiles read filters more often, parts of the
/// channels add to the outputs more often.
std::optional<Configuration> within_a_mebibyte(const Tiling& tiling, int usual_vectors) {
  const Blocking& whole = tiling.whole;
  std::optional<Configuration> best;
  double least = HUGE_VAL;
  const auto consider = [&](Configuration c) {
    const auto fits = [&](std::int64_t part_vectors) {
      c.channels = part_vectors == whole.channel_vectors ? 0 : part_vectors * whole.lanes;
      return Blocking(tiling.problem, c, tiling.device).workspace_bytes <= small_workspace;
    };
    if (!fits(1)) return;
    std::int64_t fitting = 1, most = whole.channel_vectors;
    while (fitting < most) {
      const std::int64_t middle = (fitting + most + 1) / 2;
      if (fits(middle))
        fitting = middle;
      else
        most = middle - 1;
    }
    // The same number of parts, more alike.
    fits(pieces(whole.channel_vectors, pieces(whole.channel_vectors, fitting)));
    const double cost = overhead(tiling, c, Blocking(tiling.problem, c, tiling.device));
    if (cost < least) {
      least = cost;
      best = c;
    }
  };
  const auto consider_all = [&](std::int64_t rows, std::int64_t columns) {
    for (const int vectors : {usual_vectors, 1}) {
      if (rows > 0) consider(tiling.blocks(rows, columns, false, vectors));
      if (rows == 0 || tiling.device.threads > 1)
        consider(tiling.blocks(rows, columns, true, vectors));
    }
  };
  // More tiles do not fit even with one vector of channels.
  const auto most = static_cast<std::int64_t>(
      small_workspace / (size_of(tiling.problem->source_type) *
                         static_cast<std::size_t>(whole.shape_points * whole.lanes)));
  for (const std::int64_t rows : even_pieces(whole.rows, most / whole.row_tiles))
    consider_all(rows == whole.rows ? 0 : rows, 0);
  for (const std::int64_t columns : even_pieces(whole.row_tiles, most)) consider_all(1, columns);
  return best;
}

}  // namespace

// What is not along the axes of the problem is one tap.
std::vector<int> tile_outputs_for(const ConvProblem& problem) {
  std::array<int, 3> taps{1, 1, 1}, strides{1, 1, 1};
  const std::size_t first = 3 - problem->axes().size();
  for (std::size_t i = 0; i < problem->axes().size(); ++i) {
    const Axis& axis = problem->axes()[i];
    constexpr std::int64_t more_than_any = 99;
    taps[first + i] = static_cast<int>(std::min(axis.filter, more_than_any));
    strides[first + i] = static_cast<int>(std::min(axis.stride, more_than_any));
  }
  if (std::ranges::max(taps) == 1) return {};
  return tile_outputs(taps, strides, problem->source_type);
}

std::vector<Configuration> configurations(const ConvProblem& problem, const Device& device) {
  constexpr std::int64_t least_tiles = 8;  // or filters are read too often
  std::vector<Configuration> all;
  const auto add = [&](const Configuration& c) {
    if (std::ranges::find(all, c) == all.end()) all.push_back(c);
  };
  for (const int outputs : tile_outputs_for(problem)) {
    const Tiling tiling(problem, outputs, device);
    if (tiling.empty()) continue;
    const Blocking& whole = tiling.whole;
    const std::int64_t balanced =
        std::max<std::int64_t>(1, tiling.images() * whole.rows / device.threads);
    const auto fitting = [&](std::size_t share) {
      return static_cast<std::int64_t>(device.l2_bytes / share / tiling.tile_bytes());
    };
    // Blocks whose transformed inputs take so much of the second cache, the usual best first.
    const auto add_share = [&](std::size_t share, int vectors) {
      const std::int64_t rows = std::clamp<std::int64_t>(fitting(share) / whole.row_tiles, 1,
                                                         std::min(whole.rows, balanced));
      add(tiling.blocks(rows, 0, false, vectors));
    };
    const int usual = whole.filters <= whole.lanes ? 1 : 2;
    for (const std::size_t share : {8, 16, 4}) add_share(share, usual);
    // Filters that come from further away with every block are worth larger ones.
    if (tiling.filter_bytes() > device.l2_bytes)
      for (const std::size_t share : {2, 1}) add_share(share, usual);
    if (tiling.tile_bytes() * static_cast<std::size_t>(whole.row_tiles * whole.rows) <=
        8 * device.l2_bytes)
      add(tiling.blocks(0, 0, true, usual));
    if (whole.filters > 2 * whole.lanes) add_share(8, 4);
    // Pieces of rows that are too long for it.
    if (const std::int64_t fit = fitting(4); fit >= least_tiles && fit < whole.row_tiles)
      add(tiling.blocks(1, pieces(whole.row_tiles, pieces(whole.row_tiles, fit)), false, usual));
    if (const auto small = within_a_mebibyte(tiling, usual)) add(*small);
  }
  return all;
}

}  // namespace convtune::winograd
