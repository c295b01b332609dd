// The emulation itself: what it must find, and what must not depend on its order.
#include "emulation/emulation.hpp"

#include <numeric>
#include <vector>

#include <gmock/gmock.h>

namespace convtune::cuda {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr Order orders[] = {Order::ascending, Order::descending, Order::shuffled};

class InEveryOrder : public testing::TestWithParam<Order> {};
INSTANTIATE_TEST_SUITE_P(Emulation, InEveryOrder, testing::ValuesIn(orders),
                         [](const auto& tested) {
                           return tested.param == Order::ascending    ? "ascending"
                                  : tested.param == Order::descending ? "descending"
                                                                      : "shuffled";
                         });

struct Count {
  std::int64_t size;
  int* times;
  template <class Thread>
  void operator()(Thread& thread) const {
    each(thread, size, [&](std::int64_t i) { ++times[i]; });
  }
};

TEST_P(InEveryOrder, EveryPieceOfWorkIsDoneOnceInAnyGrid) {
  for (const Grid& grid : {Grid{1, 1}, Grid{3, 32}, Grid{7, 256}, grid_of(1000)}) {
    std::vector<int> times(1000);
    run_grid(Count{1000, times.data()}, grid, GetParam());
    EXPECT_THAT(times, Each(1)) << grid.blocks << " blocks of " << grid.threads;
  }
}

TEST(Grid, HasAThreadForEachPieceAndNoneForNothing) {
  EXPECT_EQ(grid_of(0).blocks, 0);
  EXPECT_EQ(grid_of(1).blocks, 1);
  EXPECT_EQ(grid_of(256).blocks, 1);
  EXPECT_EQ(grid_of(257).blocks, 2);
  EXPECT_EQ(grid_of(std::int64_t{1} << 50).blocks, 0x7fffffff);
  EXPECT_THROW(run_grid(Count{0, nullptr}, Grid{1, 2048}, Order::ascending), KernelFault);
}

/// Turns the numbers of a block round through shared memory, with the barrier that takes or not.
template <bool barrier>
struct Reverse {
  static constexpr bool together = true;
  const int* from;
  int* to;
  template <class Thread>
  void operator()(Thread& thread) const {
    auto* const shared = static_cast<int*>(thread.shared());
    shared[thread.index()] = from[thread.index()];
    if constexpr (barrier) thread.synchronize();
    to[thread.index()] = shared[thread.count() - 1 - thread.index()];
  }
};

template <bool barrier>
bool reverses(Order order) {
  std::vector<int> from(96), to(96);
  std::iota(from.begin(), from.end(), 1);
  run_grid(Reverse<barrier>{from.data(), to.data()}, {1, 96, 96 * sizeof(int)}, order);
  return std::equal(from.rbegin(), from.rend(), to.begin());
}

TEST_P(InEveryOrder, ABarrierOrdersWhatIsShared) {
  EXPECT_TRUE(reverses<true>(GetParam()));
}

TEST_P(InEveryOrder, AMissingBarrierIsFoundWhereTheOthersHaveNotWrittenYet) {
  EXPECT_FALSE(reverses<false>(GetParam()));
}

/// Reads its left neighbour's number: without the barrier right in one order only.
struct Left {
  static constexpr bool together = true;
  int* to;
  template <class Thread>
  void operator()(Thread& thread) const {
    auto* const shared = static_cast<int*>(thread.shared());
    const int i = thread.index();
    shared[i] = i;
    to[i] = i == 0 ? -1 : shared[i - 1];
  }
};

TEST(Emulation, SomeOrderFindsAMissingBarrierThatAnotherHides) {
  const auto right = [](Order order) {
    std::vector<int> to(64), expected(64);
    std::iota(expected.begin(), expected.end(), -1);
    run_grid(Left{to.data()}, {1, 64, 64 * sizeof(int)}, order);
    return to == expected;
  };
  EXPECT_TRUE(right(Order::ascending));
  EXPECT_FALSE(right(Order::descending));
  EXPECT_FALSE(right(Order::shuffled));
}

enum class Fault { left_early, other_barrier, fewer_rounds, lane_missing, other_shuffle };

struct Divergent {
  static constexpr bool together = true;
  Fault fault;
  template <class Thread>
  void operator()(Thread& thread) const {
    const bool odd = thread.index() % 2 == 1;
    switch (fault) {
      case Fault::left_early:
        if (!odd) thread.synchronize();
        break;
      case Fault::other_barrier:
        if (odd)  // NOLINT: the same call in two places is the fault
          thread.synchronize();
        else
          thread.synchronize();
        break;
      case Fault::fewer_rounds:
        for (int i = 0; i < thread.index() % 3 + 1; ++i) thread.synchronize();
        break;
      case Fault::lane_missing:
        if (thread.index() != 5) thread.shuffle_down(1, 1);
        break;
      case Fault::other_shuffle:
        if (odd)
          thread.shuffle_xor(1, 1);
        else
          thread.shuffle_xor(2, 1);
        break;
    }
  }
};

TEST_P(InEveryOrder, ThreadsThatWaitForOthersInVainAreAFault) {
  for (const Fault fault : {Fault::left_early, Fault::other_barrier, Fault::fewer_rounds,
                            Fault::lane_missing, Fault::other_shuffle})
    EXPECT_THAT([&] { run_grid(Divergent{fault}, {2, 64}, GetParam()); },
                ThrowsMessage<KernelFault>(HasSubstr("for threads that do not come there")))
        << static_cast<int>(fault);
}

/// The sum of a block: by shuffles in a warp, through shared memory between them, atomics between
/// blocks.
struct Sum {
  static constexpr bool together = true;
  std::int64_t size;
  const double* numbers;
  double* sum;
  template <class Thread>
  void operator()(Thread& thread) const {
    double mine = 0;
    each(thread, size, [&](std::int64_t i) { mine += numbers[i]; });
    for (int by = warp_size / 2; by > 0; by /= 2) mine += thread.shuffle_down(mine, by);
    auto* const warps = static_cast<double*>(thread.shared());
    if (thread.index() % warp_size == 0) warps[thread.index() / warp_size] = mine;
    thread.synchronize();
    if (thread.index() > 0) return;
    for (int warp = 1; warp < thread.count() / warp_size; ++warp) mine += warps[warp];
    thread.add(sum, mine);
  }
};

TEST_P(InEveryOrder, ShufflesBarriersAndAtomicsSum) {
  std::vector<double> numbers(1000);
  std::iota(numbers.begin(), numbers.end(), 1);
  double sum = 0;
  run_grid(Sum{1000, numbers.data(), &sum}, {5, 96, 3 * sizeof(double)}, GetParam());
  EXPECT_EQ(sum, 500500);
}

struct Shuffles {
  static constexpr bool together = true;
  int *broadcast, *down, *exchanged;
  template <class Thread>
  void operator()(Thread& thread) const {
    const int i = thread.index();
    broadcast[i] = thread.shuffle(i, 3);
    down[i] = thread.shuffle_down(i, 4);
    exchanged[i] = static_cast<int>(thread.shuffle_xor(std::int64_t{1} << 40 | i, 16));
  }
};

TEST_P(InEveryOrder, ShufflesGiveWhatTheLaneOfTheirWarpHas) {
  std::vector<int> broadcast(64), down(64), exchanged(64);
  run_grid(Shuffles{broadcast.data(), down.data(), exchanged.data()}, {1, 64}, GetParam());
  for (int i = 0; i < 64; ++i) {
    EXPECT_EQ(broadcast[static_cast<std::size_t>(i)], i / 32 * 32 + 3);
    EXPECT_EQ(down[static_cast<std::size_t>(i)], i % 32 + 4 < 32 ? i + 4 : i);
    EXPECT_EQ(exchanged[static_cast<std::size_t>(i)], i ^ 16);
  }
}

TEST_P(InEveryOrder, AShuffleNeedsWholeWarps) {
  int out[48];
  EXPECT_THAT([&] { run_grid(Shuffles{out, out, out}, {1, 48}, GetParam()); },
              ThrowsMessage<KernelFault>(HasSubstr("not whole")));
}

}  // namespace
}  // namespace convtune::cuda
