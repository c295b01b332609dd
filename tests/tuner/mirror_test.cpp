// A device's own copies of buffers: what is copied when, and what goes when there is no more room.
#include "mirror.hpp"

#include <gmock/gmock.h>

#include <tuner/buffer.hpp>

#include "fake_accelerator.hpp"

namespace convtune {
namespace {

using fake::FakeAccelerator;

constexpr std::size_t size = 1000;

std::byte* bytes_of(Buffer& buffer) {
  return static_cast<std::byte*>(buffer.data());
}

TEST(Mirror, ACopyBeginsAsWhatStandsHere) {
  FakeAccelerator device;
  Mirror mirror(device);
  Buffer buffer(size);
  std::memset(buffer.data(), 42, size);
  const auto* const copy = static_cast<const std::byte*>(mirror.of(buffer.data(), size));
  EXPECT_NE(copy, buffer.data());
  EXPECT_EQ(std::memcmp(copy, buffer.data(), size), 0);
}

TEST(Mirror, MovesWhatIsAskedForAndNothingElse) {
  FakeAccelerator device;
  Mirror mirror(device);
  Buffer buffer(size);
  std::memset(buffer.data(), 1, size);
  auto* const copy = static_cast<std::byte*>(mirror.of(buffer.data(), size));
  std::memset(buffer.data(), 2, size);
  EXPECT_EQ(mirror.of(buffer.data(), size), copy);
  EXPECT_EQ(copy[0], std::byte{1});
  mirror.upload(buffer.data(), size);
  EXPECT_EQ(copy[size - 1], std::byte{2});
  copy[size - 1] = std::byte{3};
  EXPECT_EQ(bytes_of(buffer)[size - 1], std::byte{2});
  mirror.download(buffer.data(), size);
  EXPECT_EQ(bytes_of(buffer)[size - 1], std::byte{3});
}

TEST(Mirror, WhatIsWrittenOutsideOnTheDeviceIsSeenHere) {
  for (const auto& [offset, zone] : {std::pair{-1L, "before"},
                                     {-4096L, "before"},
                                     {static_cast<long>(size), "after"},
                                     {static_cast<long>(size) + 4095, "after"}}) {
    FakeAccelerator device;
    Mirror mirror(device);
    Buffer buffer(size);
    static_cast<std::byte*>(mirror.of(buffer.data(), size))[offset] = std::byte{0};
    EXPECT_EQ(buffer.damage(), "");
    mirror.download(buffer.data(), size);
    EXPECT_EQ(buffer.damage(), zone) << offset;
  }
}

TEST(Mirror, TakesThreeQuartersAndGivesUpWhoWasNotUsedForLongest) {
  FakeAccelerator device(std::size_t{1} << 20);
  Mirror mirror(device);
  constexpr std::size_t large = 200 << 10;  // with its room, three fit into 768 KiB
  Buffer one(large), two(large), three(large), four(large);
  for (Buffer* each : {&one, &two, &three}) {
    mirror.begin_call();
    std::memset(each->data(), 5, large);
    mirror.of(each->data(), large);
  }
  EXPECT_EQ(device.blocks(), 3U);
  mirror.begin_call();
  mirror.of(one.data(), large);
  mirror.of(four.data(), large);  // in place of the second
  EXPECT_EQ(device.blocks(), 3U);
  const int uploads = device.uploads;
  mirror.of(one.data(), large);
  mirror.of(three.data(), large);
  EXPECT_EQ(device.uploads, uploads);
  std::memset(two.data(), 6, large);
  mirror.begin_call();
  EXPECT_EQ(static_cast<std::byte*>(mirror.of(two.data(), large))[0], std::byte{6});
  EXPECT_EQ(device.uploads, uploads + 1);
}

TEST(Mirror, ACallThatDoesNotFitIsRefused) {
  FakeAccelerator device(std::size_t{1} << 20);
  Mirror mirror(device);
  constexpr std::size_t large = 300 << 10;
  Buffer one(large), two(large), three(large);
  mirror.begin_call();
  mirror.of(one.data(), large);
  mirror.of(two.data(), large);
  EXPECT_THROW(mirror.of(three.data(), large), std::bad_alloc);
}

TEST(Mirror, AnswersForALongerBufferAtTheSameAddress) {
  FakeAccelerator device;
  Mirror mirror(device);
  Buffer buffer(2 * size);
  mirror.of(buffer.data(), size);
  std::memset(buffer.data(), 9, 2 * size);
  EXPECT_EQ(static_cast<std::byte*>(mirror.of(buffer.data(), 2 * size))[2 * size - 1],
            std::byte{9});
  EXPECT_EQ(device.blocks(), 1U);
}

TEST(Mirror, ReleasesAll) {
  FakeAccelerator device;
  {
    Mirror mirror(device);
    Buffer buffer(size), other(size);
    mirror.of(buffer.data(), size);
    mirror.of(other.data(), size);
  }
  EXPECT_EQ(device.blocks(), 0U);
}

}  // namespace
}  // namespace convtune
