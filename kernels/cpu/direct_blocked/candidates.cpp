#include "candidates.hpp"

#include <algorithm>
#include <limits>

#include "blocking.hpp"
#include "channel_tile.hpp"
#include "cost.hpp"
#include "pixel_rows.hpp"

namespace convtune::direct_blocked {
namespace {

/// Of so few for each thread it matters that all threads have as many.
constexpr std::int64_t few_tasks = 8;

struct Ranked {
  Configuration configuration;
  double cost = 0;
};

/// Every tile of sums at its largest, the cheapest first.
std::vector<Ranked> tiles(const ConvProblem& problem, const Device& device) {
  std::vector<Configuration> all;
  for (const int vectors : {2, 3, 1})
    all.push_back({.form = Form::channels,
                   .rows = most_tile_pixels(device.isa, vectors),
                   .vectors = vectors});
  for (const int channels : {8, 6, 4, 12})
    if (const int vectors = most_row_vectors(device.isa, channels); vectors > 0)
      all.push_back({.form = Form::pixels, .rows = channels, .vectors = vectors});
  std::vector<Ranked> ranked;
  for (const Configuration& each : all)
    ranked.push_back({each, cost(Blocking(problem, each, device))});
  std::ranges::stable_sort(ranked, {}, &Ranked::cost);
  return ranked;
}

/// Rows of a block whose inputs take so many bytes; as many blocks for each thread where these are
/// few.
std::int64_t rows_of(const Blocking& row, std::size_t bytes, std::size_t element) {
  const Axis& high = row.axes[1];
  const auto step =
      static_cast<std::size_t>(std::max<std::int64_t>(1, row.channels * row.high_step));
  const auto fit = std::max<std::int64_t>(1, static_cast<std::int64_t>(bytes / (step * element)));
  std::int64_t blocks = pieces(high.out(), fit);
  const std::int64_t images = std::max<std::int64_t>(1, row.batch * row.groups * row.blocks[0]);
  while (images * blocks < few_tasks * row.threads && images * blocks % row.threads != 0 &&
         blocks < high.out())
    ++blocks;
  return pieces(high.out(), blocks);
}

std::vector<std::int64_t> blocks(const ConvProblem& problem, const Configuration& tile,
                                 const Device& device) {
  const Blocking row(problem, tile, device);
  const std::size_t element = size_of(problem->source_type);
  std::vector<std::int64_t> all;
  const auto add = [&](std::int64_t rows) {
    if (std::ranges::find(all, rows) == all.end()) all.push_back(rows);
  };
  // Threads share filters that one core cannot keep, so that these are read once; and those of
  // images with too few rows for all threads.
  const bool large = static_cast<std::size_t>(row.filter_elements) * element > device.l2_bytes;
  const std::int64_t images = row.batch * row.groups, rows = row.axes[0].out() * row.axes[1].out();
  const bool short_of_rows = images * rows < few_tasks * device.threads;
  if (images < device.threads && (large || short_of_rows)) add(0);
  // Rows that two blocks need are copied twice; but large filters leave room for few inputs, and
  // vectors of pixels are read anew for every few filters.
  const bool many = !large && tile.form == Form::channels;
  const std::size_t all_of_it = 2 * device.l2_bytes, some = device.l2_bytes / 4;
  add(rows_of(row, many ? all_of_it : some, element));
  add(rows_of(row, many ? some : all_of_it, element));
  return all;
}

}  // namespace

std::vector<Configuration> configurations(const ConvProblem& problem, const Device& device) {
  constexpr std::size_t most = 10, tried_with_every_block = 2;
  constexpr double hopeless = 1.6;
  std::vector<Configuration> all;
  const std::vector<Ranked> ranked = tiles(problem, device);
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    if (ranked[i].cost > hopeless * ranked.front().cost) break;
    Configuration configuration = ranked[i].configuration;
    for (const std::int64_t block : blocks(problem, configuration, device)) {
      configuration.block = block;
      if (all.size() < most) all.push_back(configuration);
      if (i >= tried_with_every_block) break;
    }
  }
  return all;
}

bool exists(const Configuration& configuration, const Device& device) {
  const auto& [form, rows, vectors, block] = configuration;
  if (form == Form::pixels) return vectors <= most_row_vectors(device.isa, rows);
  return vectors <= most_channel_vectors && rows <= most_tile_pixels(device.isa, vectors);
}

}  // namespace convtune::direct_blocked
