// Tiled Fourier transforms, overlap and save: a correlation is a product of spectra (Stockham:
// High-speed convolution and correlation, 1966; Mathieu, Henaff, LeCun: Fast Training of
// Convolutional Networks through FFTs, 2014).
#include <algorithm>
#include <cmath>
#include <limits>

#include "../shared/complex_gemm.hpp"
#include "../shared/family.hpp"
#include "../shared/lanes.hpp"
#include "../shared/packed_plan.hpp"
#include "../shared/plain_forward.hpp"
#include "blocking.hpp"
#include "plan.hpp"
#include "slowdown.hpp"
#include "transforms.hpp"

namespace convtune {
namespace fft {
namespace {

constexpr std::size_t most_workspace = std::size_t{1} << 30;

/// Taps of the longer axis of a part's filter, in its plane.
std::int64_t longest(const ConvProblem& problem) {
  const auto [deep, high, wide] = deep_high_wide(problem);
  const auto taps = [](const Axis& axis) { return (axis.filter + axis.stride - 1) / axis.stride; };
  return std::max(taps(high), taps(wide));
}

std::string objection(const ConvProblem& problem) {
  if (std::string reason = cpu::objection_to_plain_forward(problem); !reason.empty()) return reason;
  if (problem->axes().size() < 2) return "images must have two axes or three";
  if (problem->in_channels == 0) return "there are no channels to sum";
  for (const Axis& axis : problem->axes().last(2)) {
    if (axis.stride > 1 && axis.dilation > 1 && axis.filter > 1)
      return "a dilated filter must have stride 1";
    if (axis.stride > std::numeric_limits<int>::max()) return "strides must be below 2^31";
  }
  const int largest = tile_sizes().back();
  if (longest(problem) == 1) return "filters no longer than the stride have nothing to save";
  if (longest(problem) > largest)
    return "filters must fit into a tile of " + std::to_string(largest) + " pixels a side";
  return {};
}

/// Sums that fit into registers: a vector of output channels and many tiles read filters least
/// often; a few tiles do better with two.
cpu::RegisterTile best_registers(const Device& device, std::int64_t filters, std::int64_t tiles,
                                 int lanes) {
  const bool two = filters > lanes && tiles <= cpu::largest_complex_tile(device.isa, 2).rows;
  cpu::RegisterTile best = cpu::largest_complex_tile(device.isa, two ? 2 : 1);
  const auto groups = [&](int together) { return (tiles + together - 1) / together; };
  const std::int64_t fewest = groups(best.rows);
  while (best.rows > 1 && groups(best.rows - 1) == fewest) --best.rows;  // as many, more alike
  return best;
}

/// Ways to cut the rows of tiles of one size into blocks.
std::vector<Configuration> configurations(const ConvProblem& problem, int size,
                                          const Device& device) {
  std::vector<Configuration> all;
  const Blocking whole(problem, {.tile = size, .registers = {}, .rows = 0}, device);
  const std::int64_t filters = problem->out_channels / problem->groups;
  const auto add = [&](std::int64_t rows) {
    Configuration c{.tile = size, .registers = {}, .rows = rows};
    const std::int64_t tiles = (rows == 0 ? whole.rows : rows) * whole.row_tiles;
    c.registers = best_registers(device, filters, tiles, whole.lanes);
    if (std::ranges::find(all, c) == all.end()) all.push_back(c);
  };
  const auto row_bytes =
      static_cast<std::size_t>(2 * whole.points * whole.row_tiles *
                               (whole.channel_vectors * whole.lanes +
                                std::min(filters, std::int64_t{2} * whole.lanes))) *
      size_of(problem->source_type);
  const std::int64_t balanced = whole.stacks * whole.stack_rows / device.threads;
  const auto rows_of = [&](std::size_t bytes) {
    const auto fit = static_cast<std::int64_t>(bytes / row_bytes);
    return std::max<std::int64_t>(1, std::min({fit, whole.stack_rows, balanced}));
  };
  add(rows_of(4 * device.l2_bytes));
  add(rows_of(3 * device.l2_bytes / 2));
  add(rows_of(device.l2_bytes / 2));
  if (device.threads > 1) add(0);
  return all;
}

/// Each transform rounds values log2 times along each axis, two inputs' errors meet in the
/// products, and the result is transformed once more; with errors of random signs these add up as
/// squares, to what plain sums have. The transforms themselves keep sums of squares, so that
/// nothing else grows (as Winograd's growth() would tell: it is 1).
double growth(int size) {
  constexpr double transforms = 3, axes = 2;
  return std::sqrt(1 + transforms * axes * std::log2(size));
}

void keep_likeliest(std::vector<Candidate>& candidates) {
  constexpr std::size_t most = 8;
  constexpr double hopeless = 3;  // times the best guess, which is rarely wrong by half
  std::ranges::stable_sort(candidates, {}, &Candidate::slowdown);
  if (candidates.size() > most) candidates.resize(most);
  std::erase_if(candidates, [limit = hopeless * candidates.front().slowdown](const Candidate& one) {
    return one.slowdown > limit;
  });
}

bool exists(const ConvProblem& problem, const Configuration& c, const Device& device) {
  const auto& [rows, vectors] = c.registers;
  return std::ranges::find(tile_sizes(), c.tile) != tile_sizes().end() &&
         longest(problem) <= c.tile && (vectors == 1 || vectors == 2) &&
         rows <= cpu::largest_complex_tile(device.isa, vectors).rows;
}

class Fft final : public cpu::Family {
 public:
  std::string_view name() const override { return "cpu.fft"; }
  Tags tags() const override { return {"fft", "fft_tiling"}; }
  std::string_view summary() const override {
    return "tiles of outputs by products of spectra, for large filters, nchw";
  }

 private:
  std::string objection(const ConvProblem& problem) const override {
    return fft::objection(problem);
  }

  Offer offer_taken(const ConvProblem& problem, const Device& device) const override {
    constexpr double usual_factor = 4, float64_factor = 8;
    const bool f64 = problem->source_type == DataType::f64;
    std::vector<Candidate> candidates;
    for (const int size : tile_sizes()) {
      if (size < longest(problem)) continue;
      for (const Configuration& c : configurations(problem, size, device)) {
        const Blocking blocking(problem, c, device);
        if (blocking.workspace_bytes > most_workspace) continue;
        Candidate one =
            candidate(problem, text(c), blocking.workspace_bytes, slowdown(problem, c, device));
        one.layouts = cpu::packed_layouts(problem);
        one.inexact = true;
        one.error_factor = (f64 ? float64_factor : usual_factor) * growth(size);
        candidates.push_back(std::move(one));
      }
    }
    if (candidates.empty()) return Refusal{"its workspace would be too large"};
    keep_likeliest(candidates);
    return candidates;
  }

  PlanOrReason plan(const ConvProblem& problem, std::string_view configuration,
                    const Device& device) const override {
    const auto c = parse_configuration(configuration);
    if (!c || !exists(problem, *c, device)) return no_such_configuration();
    return fft_plan(problem, *c, device);
  }
};

}  // namespace
}  // namespace fft

const Implementation& cpu_fft() {
  static const fft::Fft instance;
  return instance;
}

}  // namespace convtune
