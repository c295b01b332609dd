#include "blocking.hpp"

#include <algorithm>

#include "kernels.hpp"

namespace convtune::direct {
namespace {

std::size_t aligned(std::int64_t elements, std::size_t size) {
  constexpr std::size_t alignment = 64;
  return (static_cast<std::size_t>(elements) * size + alignment - 1) / alignment * alignment;
}

/// Half of the cache for what is read; not so long that threads run out of tasks.
std::int64_t positions_of_task(const Geometry& geometry, const Unrolling& unrolling,
                               std::int64_t tile, std::size_t element, const Device& device) {
  constexpr std::int64_t longest = 4096, tasks_a_thread = 4;
  const std::int64_t cached =
      static_cast<std::int64_t>(device.l2_bytes / 2 / element) /
      std::max<std::int64_t>(
          geometry.inputs * unrolling.images * static_cast<std::int64_t>(geometry.windows.size()),
          1);
  const std::int64_t blocks = geometry.groups * (geometry.outputs / unrolling.outputs) *
                              static_cast<std::int64_t>(geometry.passes.size());
  const std::int64_t pieces = std::max<std::int64_t>(
      1, tasks_a_thread * device.threads / std::max<std::int64_t>(blocks, 1));
  const std::int64_t wanted = std::min({cached, longest, geometry.positions / pieces});
  return std::max<std::int64_t>(wanted / tile, 1) * tile;
}

}  // namespace

Blocking::Blocking(const ConvProblem& problem, const Geometry& geometry, const Unrolling& unrolling,
                   const Device& device) {
  constexpr std::int64_t usual_columns = 96;
  const std::size_t element = size_of(problem->source_type);
  const std::int64_t tile = problem->source_type == DataType::f64
                                ? kernels<double>(unrolling, device.isa).tile
                                : kernels<float>(unrolling, device.isa).tile;
  positions = positions_of_task(geometry, unrolling, tile, element, device);
  columns = usual_columns;
  const bool weights = problem->direction == Direction::backward_weights;
  const std::int64_t images = std::min<std::int64_t>(unrolling.images, geometry.images);
  planes_bytes =
      aligned(images * geometry.groups * geometry.inputs * geometry.channel() + overrun, element);
  tops_bytes =
      weights ? aligned(images * geometry.groups * geometry.outputs * geometry.plane, element) : 0;
  sums_bytes = weights ? aligned(unrolling.outputs * columns, element)
                       : aligned(unrolling.images * unrolling.outputs * positions, element);
  workspace_bytes =
      planes_bytes + tops_bytes + sums_bytes * static_cast<std::size_t>(device.threads);
}

}  // namespace convtune::direct
