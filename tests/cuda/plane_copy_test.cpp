// Copies of planes on a device, by the emulation, against those in the memory of the program.
#include "../../kernels/cuda/module/plane_copy.hpp"

#include <cstddef>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "../../kernels/via/shared/turned.hpp"
#include "emulation/emulation.hpp"

namespace convtune::cuda {
namespace {

constexpr Order orders[] = {Order::ascending, Order::descending, Order::shuffled};

struct Size {
  std::int64_t rows, columns, taps;
};
constexpr Size sizes[] = {{1, 1, 1}, {1, 5, 3}, {4, 1, 6}, {3, 7, 1}, {2, 3, 9}, {37, 11, 25}};

template <class Element>
std::vector<Element> numbered(std::size_t count) {
  std::vector<Element> all(count);
  std::iota(all.begin(), all.end(), Element{1});
  return all;
}

template <class Element>
PlaneCopy copy_of(const Size& size, const Element* from, Element* to) {
  return {.from = from,
          .to = to,
          .rows = size.rows,
          .columns = size.columns,
          .taps = size.taps,
          .element_bytes = sizeof(Element)};
}

template <class Element>
void expect_equal_copies() {
  for (const Size& size : sizes)
    for (const bool swapped : {false, true})
      for (const bool flipped : {false, true}) {
        const auto count = static_cast<std::size_t>(size.rows * size.columns * size.taps);
        const auto from = numbered<Element>(count);
        std::vector<Element> wanted(count), got(count + 1);
        PlaneCopy copy = copy_of(size, from.data(), wanted.data());
        copy.swapped = swapped;
        copy.flipped = flipped;
        via::copy_planes(copy, 2);
        for (const Order order : orders) {
          got.assign(count + 1, Element{0});
          const CopyPlanes<Element> kernel{from.data(), got.data(), size.rows, size.columns,
                                           size.taps,   swapped,    flipped};
          run_grid(kernel, grid_of(static_cast<std::int64_t>(count)), order);
          EXPECT_EQ(got.back(), 0) << "past the end";
          EXPECT_TRUE(std::equal(wanted.begin(), wanted.end(), got.begin()))
              << size.rows << 'x' << size.columns << 'x' << size.taps << (swapped ? " swapped" : "")
              << (flipped ? " flipped" : "");
        }
      }
}

TEST(PlaneCopyOnAGpu, IsTheCopyOfTheProgram) {
  expect_equal_copies<std::uint16_t>();
  expect_equal_copies<std::uint32_t>();
  expect_equal_copies<std::uint64_t>();
}

TEST(PlaneCopyOnAGpu, SwapsAndFlips) {
  const std::vector<float> from{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  std::vector<float> to(from.size());
  PlaneCopy copy = copy_of({2, 3, 2}, from.data(), to.data());
  copy.swapped = copy.flipped = true;
  int queue = 0;
  emulation() = {};
  copy_planes(copy, &queue);
  EXPECT_EQ(emulation().launches, 1);
  EXPECT_EQ(emulation().stream, &queue);
  EXPECT_EQ(to, (std::vector<float>{2, 1, 8, 7, 4, 3, 10, 9, 6, 5, 12, 11}));
}

TEST(PlaneCopyOnAGpu, OfNothingRunsNothing) {
  emulation() = {};
  copy_planes(copy_of<float>({0, 3, 2}, nullptr, nullptr), nullptr);
  EXPECT_EQ(grid_of(0).blocks, 0);
}

}  // namespace
}  // namespace convtune::cuda
