// Minimal filtering: fewer products for tiles of outputs, in a transformed domain (Winograd 1980;
// Lavin, Gray: Fast Algorithms for Convolutional Neural Networks, 2016).
#include <algorithm>

#include "../shared/family.hpp"
#include "../shared/lanes.hpp"
#include "../shared/packed_plan.hpp"
#include "../shared/plain_forward.hpp"
#include "blocking.hpp"
#include "plan.hpp"

namespace convtune {
namespace winograd {
namespace {

constexpr std::size_t most_workspace = std::size_t{1} << 30;

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

/// Sums that fit into registers, with the fewest loads for so many tiles.
cpu::RegisterTile best_registers(const Device& device, int vectors, std::int64_t tiles) {
  const cpu::RegisterTile largest = cpu::largest_tile(device.isa, vectors);
  cpu::RegisterTile best = largest;
  for (int rows = largest.rows - 1; rows >= (largest.rows + 1) / 2; --rows) {
    const auto groups = [&](int together) { return (tiles + together - 1) / together; };
    if (groups(rows) == groups(best.rows)) best.rows = rows;  // as many groups, more alike
  }
  return best;
}

/// Whose workspace is at most 1 MiB though all that the channels make does not fit: as many rows of
/// tiles as leave room for a part of the channels, since filters are read once for each such block;
/// where not even one does, a row of them, and whatever is left.
std::optional<Configuration> within_a_mebibyte(const ConvProblem& problem, int outputs, int vectors,
                                               const Device& device) {
  constexpr std::size_t limit = std::size_t{1} << 20;
  const Blocking whole(problem, {.outputs = outputs, .registers = {}, .rows = 0}, device);
  // The fewest parts of at least so many vectors of channels.
  const auto fitting = [&](std::int64_t rows, int summed,
                           std::int64_t least) -> std::optional<Configuration> {
    Configuration c{.outputs = outputs, .registers = {}, .rows = rows};
    const std::int64_t tiles = (rows == 0 ? whole.rows : rows) * whole.row_tiles;
    c.registers = best_registers(device, summed, tiles);
    for (std::int64_t parts = 1; parts <= whole.channel_vectors / least; ++parts) {
      const std::int64_t part = (whole.channel_vectors + parts - 1) / parts;
      c.channels = parts == 1 ? 0 : part * whole.lanes;
      if (Blocking(problem, c, device).workspace_bytes <= limit) return c;
    }
    return std::nullopt;
  };
  constexpr std::int64_t usual_part = 4;
  for (std::int64_t blocks = 1; blocks <= whole.rows; ++blocks)
    // The first: threads share the filters of whole images.
    if (auto found =
            fitting(blocks == 1 ? 0 : (whole.rows + blocks - 1) / blocks, vectors, usual_part))
      return found;
  for (const int summed : {vectors, 1})
    if (auto found = fitting(1, summed, 1)) return found;
  return std::nullopt;
}

std::vector<Configuration> configurations(const ConvProblem& problem, const Device& device) {
  std::vector<Configuration> all;
  const int lanes = cpu::vector_bytes(device.isa) / static_cast<int>(size_of(problem->source_type));
  const std::int64_t filters = problem->out_channels / problem->groups;
  for (const int outputs : tile_outputs_for(problem)) {
    const Blocking whole(problem, {.outputs = outputs, .registers = {}, .rows = 0}, device);
    if (whole.rows == 0 || whole.row_tiles == 0) continue;
    const std::int64_t images =
        problem->batch * whole.groups * whole.phases[0] * whole.phases[1] * whole.phases[2];
    const auto add = [&](std::int64_t rows, int vectors) {
      Configuration c{.outputs = outputs, .registers = {}, .rows = rows};
      const std::int64_t tiles = (rows == 0 ? whole.rows : rows) * whole.row_tiles;
      c.registers = best_registers(device, vectors, tiles);
      if (std::ranges::find(all, c) == all.end()) all.push_back(c);
    };
    // Blocks whose transformed inputs take so much of the second cache, the usual best first.
    const std::size_t row_bytes =
        static_cast<std::size_t>(whole.shape_points) * static_cast<std::size_t>(whole.row_tiles) *
        static_cast<std::size_t>(whole.channel_vectors * lanes) * size_of(problem->source_type);
    const std::int64_t balanced = std::max<std::int64_t>(1, images * whole.rows / device.threads);
    const auto rows_of = [&](std::size_t share) {
      const auto fit = static_cast<std::int64_t>(device.l2_bytes / share / row_bytes);
      return std::clamp<std::int64_t>(fit, 1, std::min(whole.rows, balanced));
    };
    const int usual = filters <= lanes ? 1 : 2;
    add(rows_of(8), usual);
    add(rows_of(16), usual);
    add(rows_of(4), usual);
    // Filters that come from further away with every block are worth larger ones.
    const std::size_t filter_bytes =
        static_cast<std::size_t>(whole.filter_elements) * size_of(problem->source_type);
    if (filter_bytes > device.l2_bytes) {
      add(rows_of(2), usual);
      add(rows_of(1), usual);
    }
    if (row_bytes * static_cast<std::size_t>(whole.rows) <= 8 * device.l2_bytes) add(0, usual);
    if (filters > 2 * lanes) add(rows_of(8), 4);
    const auto small = within_a_mebibyte(problem, outputs, usual, device);
    if (small && std::ranges::find(all, *small) == all.end()) all.push_back(*small);
  }
  return all;
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
