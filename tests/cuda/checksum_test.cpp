// The checksum of memory of a device, by the emulation.
#include "../../kernels/cuda/module/checksum.hpp"

#include <array>
#include <numeric>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "emulation/emulation.hpp"

namespace convtune::cuda {
namespace {

constexpr Order orders[] = {Order::ascending, Order::descending, Order::shuffled};

std::uint64_t sum_of(const unsigned char* start, std::size_t bytes,
                     Order order = Order::ascending) {
  std::uint64_t sum = 0;
  const Checksum kernel = checksum_of(start, bytes, &sum);
  run_grid(kernel, grid_of(kernel), order);
  return sum;
}

TEST(Checksum, TellsEveryBitOfEveryByte) {
  for (const std::size_t bytes : {1, 7, 8, 9, 63, 64, 300}) {
    alignas(8) std::array<unsigned char, 400> memory{};
    std::iota(memory.begin(), memory.end(), static_cast<unsigned char>(1));
    for (const std::size_t start : {0, 1, 8}) {
      std::set<std::uint64_t> seen{sum_of(memory.data() + start, bytes)};
      for (std::size_t bit = 0; bit < 8 * bytes; ++bit) {
        memory.at(start + bit / 8) ^= static_cast<unsigned char>(1U << bit % 8);
        seen.insert(sum_of(memory.data() + start, bytes));
        memory.at(start + bit / 8) ^= static_cast<unsigned char>(1U << bit % 8);
      }
      EXPECT_EQ(seen.size(), 8 * bytes + 1) << bytes << " from " << start;
    }
  }
}

TEST(Checksum, IsOfTheContentsAndNotOfWhereTheyLie) {
  std::vector<unsigned char> memory(2000);
  std::iota(memory.begin(), memory.end(), static_cast<unsigned char>(3));
  const std::uint64_t here = sum_of(memory.data(), 1500);
  memory.insert(memory.begin(), 3, 0);
  EXPECT_EQ(sum_of(memory.data() + 3, 1500), here);
}

TEST(Checksum, WordsThatChangePlacesAreSeen) {
  std::vector<unsigned char> memory(16, 1);
  memory[8] = 2;
  const std::uint64_t before = sum_of(memory.data(), 16);
  std::swap(memory[0], memory[8]);
  EXPECT_NE(sum_of(memory.data(), 16), before);
}

TEST(Checksum, IsTheSameInEveryOrderAndGrid) {
  std::vector<unsigned char> memory(40'003);
  std::iota(memory.begin(), memory.end(), static_cast<unsigned char>(0));
  const std::uint64_t sum = sum_of(memory.data(), memory.size());
  for (const Order order : orders) EXPECT_EQ(sum_of(memory.data(), memory.size(), order), sum);
  std::uint64_t few = 0;
  run_grid(checksum_of(memory.data(), memory.size(), &few), {.blocks = 2, .threads = 64},
           Order::shuffled);
  EXPECT_EQ(few, sum);
}

TEST(Checksum, OfNothingIsNothing) {
  EXPECT_EQ(sum_of(nullptr, 0), 0U);
}

TEST(Checksum, ReadsAtFullSpeedWithFewSums) {
  const Grid grid = grid_of(Checksum{.start = nullptr, .bytes = std::int64_t{1} << 40});
  EXPECT_EQ(grid.blocks, 1024);
  EXPECT_EQ(grid.threads % warp_size, 0);
}

}  // namespace
}  // namespace convtune::cuda
