#include "shared_memory.hpp"

#include <cstdint>
#include <cstring>
#include <new>
#include <stdexcept>

#include <gtest/gtest.h>

#include <convtune/error.hpp>
#include <tuner/buffer.hpp>

namespace convtune {
namespace {

TEST(SharedMemory, IsSeenByTheOtherSide) {
  SharedMemory memory;
  Buffer buffer(10'000, memory);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0U);
  SharedView view(memory.descriptor());
  std::byte* const theirs = view.at(memory.place_of(buffer.data()));
  EXPECT_NE(theirs, buffer.data());
  std::memset(buffer.data(), 7, 10'000);
  EXPECT_EQ(theirs[9'999], std::byte{7});
  theirs[10'000] ^= std::byte{1};
  EXPECT_EQ(buffer.damage(), "after");
}

TEST(SharedMemory, HasAPlaceForWhatLiesInsideOfABlock) {
  SharedMemory memory;
  Buffer buffer(1 << 20, memory);
  const Buffer other(1 << 20, memory);
  SharedView view(memory.descriptor());
  auto* const data = static_cast<std::byte*>(buffer.data());
  data[777'728] = std::byte{9};
  EXPECT_EQ(*view.at(memory.place_of(data + 777'728)), std::byte{9});
  EXPECT_EQ(view.at(memory.place_of(data + 64)), view.at(memory.place_of(data)) + 64);
  int elsewhere = 0;
  EXPECT_THROW(memory.place_of(&elsewhere), std::out_of_range);
}

TEST(SharedMemory, RedZonesReachUpToTheGuards) {
  SharedMemory memory;
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{4000},
                                  std::size_t{4096}, (std::size_t{2} << 20) + 17}) {
    const Block block = memory.allocate(bytes);
    EXPECT_GE(block.before, Memory::least_room);
    EXPECT_GE(block.after, Memory::least_room);
    EXPECT_EQ((block.before + block.bytes + block.after) % 4096, 0U);
    memory.release(block);
  }
}

TEST(SharedMemory, WhatIsWantedAgainIsThereAgainAndMuchIsGivenBack) {
  SharedMemory memory;
  const Block first = memory.allocate(5000);
  const SharedPlace place = memory.place_of(first.start + first.before);
  memory.release(first);
  const Block again = memory.allocate(5001);
  EXPECT_EQ(memory.place_of(again.start + again.before), place);
  EXPECT_EQ(again.bytes, 5001U);
  EXPECT_NE(memory.allocate(5001).start, again.start);
  EXPECT_TRUE(memory.released().empty());

  const Block large = memory.allocate(std::size_t{300} << 20);
  const SharedPlace gone = memory.place_of(large.start + large.before);
  memory.release(large);
  EXPECT_EQ(memory.released(), std::vector{gone.offset});
}

TEST(SharedMemory, AboutAsMuchIsThereAgainToo) {
  SharedMemory memory;
  const Block first = memory.allocate(5'000'000);
  memory.release(first);
  const Block again = memory.allocate(5'001'000);
  EXPECT_EQ(again.start, first.start);
  memory.release(again);
  EXPECT_NE(memory.allocate(3'000'000).start, first.start) << "not much more than is wanted";
}

TEST(SharedMemory, WhatWasReleasedFirstIsGivenBackFirst) {
  SharedMemory memory;
  std::vector<Block> blocks;
  std::vector<std::int64_t> offsets;
  for (int i = 0; i < 5; ++i) {
    blocks.push_back(memory.allocate(std::size_t{60} << 20));
    offsets.push_back(memory.place_of(blocks.back().start + blocks.back().before).offset);
  }
  for (const Block& block : blocks) memory.release(block);
  EXPECT_EQ(memory.released(), std::vector{offsets[0]});
}

TEST(SharedMemory, TellsWhoTouchesAGuard) {
  SharedMemory memory;
  const Buffer buffer(100, memory);
  SharedView view(memory.descriptor());
  const SharedPlace place = memory.place_of(buffer.data());
  std::byte* const data = view.at(place);
  EXPECT_EQ(view.outside(data), std::nullopt);
  EXPECT_EQ(view.outside(data - shared_lead), std::nullopt);
  EXPECT_EQ(view.outside(data - shared_lead - 1), -std::ptrdiff_t{shared_lead} - 1);
  EXPECT_EQ(view.outside(data - shared_lead + place.length), 0);
  view.forget(place.offset);
  EXPECT_EQ(view.outside(data - shared_lead - 1), std::nullopt);
}

TEST(SharedMemoryDeathTest, WhatIsOnlyToBeReadCannotBeWritten) {
  SharedMemory memory;
  const Buffer buffer(100, memory);
  SharedView view(memory.descriptor());
  const SharedPlace place = memory.place_of(buffer.data());
  std::byte* const data = view.at(place, SharedView::Access::read);
  EXPECT_DEATH(data[0] = std::byte{1}, "");
  EXPECT_EQ(view.at(place), data);
  data[0] = std::byte{1};
  EXPECT_EQ(*static_cast<const std::byte*>(buffer.data()), std::byte{1});
}

TEST(SharedMemory, RefusesWhatCannotBeHad) {
  SharedMemory memory;
  EXPECT_THROW(memory.allocate(~std::size_t{0}), std::bad_alloc);
  EXPECT_THROW(memory.allocate(std::size_t{1} << 60), std::bad_alloc);
  SharedView view(memory.descriptor());
  EXPECT_THROW(view.at({.offset = 0, .length = std::int64_t{1} << 40}), Error);
}

}  // namespace
}  // namespace convtune
