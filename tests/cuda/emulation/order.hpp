#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

namespace convtune::cuda {

/// In which order the emulation runs what a GPU may run in any: threads of a block, between two
/// barriers, and blocks of a grid.
enum class Order { ascending, descending, shuffled };

inline std::vector<std::int64_t> numbers_in(Order order, std::int64_t count) {
  constexpr std::uint64_t seed = 20;
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  if (order == Order::descending) std::ranges::reverse(numbers);
  if (order == Order::shuffled) std::ranges::shuffle(numbers, std::mt19937_64(seed));
  return numbers;
}

}  // namespace convtune::cuda
