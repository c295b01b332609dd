#include <numeric>
#include <random>
#include <set>
#include <utility>

#include <tuner/oracle.hpp>

namespace convtune {

std::vector<std::int64_t> sampled_positions(const ConvProblem& problem, std::int64_t count) {
  const Role role = output_role(problem->direction);
  const std::vector<std::int64_t> extent = extents(problem, role);
  std::int64_t total = 1;
  for (const std::int64_t each : extent) total *= each;
  if (total <= count) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(total));
    std::iota(all.begin(), all.end(), std::int64_t{0});
    return all;
  }
  std::set<std::int64_t> positions;
  // Channels in turn, so that each one and with them each group occurs; of every other axis the
  // first, the last or anything between.
  const std::size_t channel_axis = role == Role::filter ? 0 : 1;
  std::mt19937_64 random(hash(problem));
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t position = 0;
    for (std::size_t axis = 0; axis < extent.size(); ++axis) {
      const auto size = static_cast<std::uint64_t>(extent[axis]);
      std::uint64_t coordinate = 0;
      if (axis == channel_axis) {
        // Many channels: evenly spread, the last one included.
        const auto turn = static_cast<std::uint64_t>(i), turns = static_cast<std::uint64_t>(count);
        coordinate = size <= turns ? turn % size : turn * (size - 1) / (turns - 1);
      } else {
        const std::uint64_t where = random() % 4;
        coordinate = where == 0 ? 0 : where == 1 ? size - 1 : random() % size;
      }
      position = position * extent[axis] + static_cast<std::int64_t>(coordinate);
    }
    positions.insert(position);
  }
  // Corners coincide: whatever is left goes anywhere.
  while (std::cmp_less(positions.size(), count)) {
    auto position = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(total));
    while (!positions.insert(position).second) position = (position + 1) % total;
  }
  return {positions.begin(), positions.end()};
}

}  // namespace convtune
