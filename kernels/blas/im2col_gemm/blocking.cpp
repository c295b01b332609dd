#include "configuration.hpp"

namespace convtune::blas {
namespace {

// The depth of product that a gemm packs at a time: cutting the columns there costs it nothing.
constexpr std::int64_t gemm_depth = 384;
constexpr std::int64_t narrowest =
    64;  // positions; below, a gemm repacks its other operand too often
constexpr std::size_t line_bytes = 64, page_bytes = 4096;

std::int64_t clamp_to(std::int64_t value, std::int64_t last) {
  return std::clamp<std::int64_t>(value, 1, std::max<std::int64_t>(last, 1));
}

/// The same number of blocks, as equal as a multiple of `unit` allows.
std::int64_t evened(std::int64_t step, std::int64_t total, std::int64_t unit) {
  if (step >= total) return std::max<std::int64_t>(total, 1);
  const std::int64_t even = blocks(total, blocks(total, step));
  return std::min(blocks(even, unit) * unit, total);
}

/// Cut into a multiple of `pieces` where it is long enough.
std::int64_t split(std::int64_t step, std::int64_t total, std::int64_t pieces) {
  const std::int64_t count = blocks(blocks(total, step), pieces) * pieces;
  return clamp_to(blocks(total, count), total);
}

}  // namespace

Blocking::Blocking(const Geometry& geometry, Direction direction,
                   const Configuration& configuration, int thread_count, std::size_t element_bytes)
    : placement(configuration.threads), threads(thread_count) {
  channels = clamp_to(geometry.channels, geometry.channels);
  positions = clamp_to(geometry.positions, geometry.positions);
  const bool weights = direction == Direction::backward_weights;
  const bool bare = configuration.columns.kind == Columns::Kind::bare;

  const auto room = static_cast<std::int64_t>(configuration.columns.panel_bytes / element_bytes);
  if (configuration.columns.kind == Columns::Kind::panel && room < geometry.depth() * positions) {
    if (weights) {  // positions are the depth of the product
      channels = clamp_to(room / (geometry.taps * std::min(positions, gemm_depth)), channels);
      positions = clamp_to(room / (geometry.taps * channels), positions);
    } else {
      const std::int64_t deep = clamp_to(gemm_depth / geometry.taps, channels);
      positions = clamp_to(std::max(room / (geometry.taps * deep), narrowest), positions);
      channels = positions == geometry.positions
                     ? clamp_to(room / (geometry.taps * positions), channels)
                     : deep;
    }
  }

  // Threads that share panels need enough of them: of positions where those are the outputs,
  // otherwise of channels.
  const std::int64_t independent = weights ? geometry.groups : geometry.images * geometry.groups;
  if (placement == Threads::panels && independent % threads != 0) {
    if (direction == Direction::forward)
      positions = split(positions, geometry.positions, threads);
    else
      channels = split(channels, geometry.channels, threads);
  }
  const std::int64_t width = geometry.out[2];
  const auto vector = static_cast<std::int64_t>(line_bytes / element_bytes);
  channels = evened(channels, geometry.channels, 1);
  positions = evened(positions, geometry.positions, width <= positions ? width : vector);

  switch (placement) {
    case Threads::one:
    case Threads::gemm: tasks = 1; break;
    case Threads::batch:
      tasks = weights ? std::min<std::int64_t>(threads, geometry.images) : independent;
      break;
    case Threads::panels: tasks = independent * pieces(geometry, direction); break;
  }
  // Images are then the only pieces there are: the same under both names.
  if (placement == Threads::panels && !weights && tasks == independent) placement = Threads::batch;
  tasks = std::max<std::int64_t>(tasks, 1);
  copies = placement == Threads::batch && weights ? tasks - 1 : 0;
  buffers = bare ? 0 : std::min<std::int64_t>(threads, tasks);

  const auto rounded = [](std::size_t bytes) {
    return (bytes + line_bytes - 1) / line_bytes * line_bytes;
  };
  stride = bare ? geometry.positions : positions;
  // Rows a multiple of a page apart would fall into the same few sets of the cache.
  if (!bare && static_cast<std::size_t>(stride) * element_bytes % page_bytes == 0) stride += vector;
  buffer_bytes =
      rounded(static_cast<std::size_t>(channels * geometry.taps * stride) * element_bytes);
  if (bare) buffer_bytes = 0;
  copy_bytes = rounded(static_cast<std::size_t>(geometry.weights()) * element_bytes);
}

std::int64_t Blocking::pieces(const Geometry& geometry, Direction direction) const {
  return direction == Direction::forward ? blocks(geometry.positions, positions)
                                         : blocks(geometry.channels, channels);
}

}  // namespace convtune::blas
