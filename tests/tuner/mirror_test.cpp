// A device's own copies of buffers: what is copied when, and what goes when there is no more room.
#include "mirror.hpp"

#include <algorithm>

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

// The whole of a buffer of this process.
Mirror::Piece piece(Buffer& buffer, std::size_t bytes = 0) {
  return {.data = buffer.data(), .bytes = bytes ? bytes : buffer.bytes()};
}

std::byte* copy_in(Mirror& mirror, const Mirror::Piece& piece) {
  return static_cast<std::byte*>(mirror.of(piece));
}

void download(Mirror& mirror, const Mirror::Piece& piece) {
  mirror.download({&piece, 1});
}

TEST(Mirror, ACopyBeginsAsWhatStandsHere) {
  FakeAccelerator device;
  Mirror mirror(device);
  Buffer buffer(size);
  std::memset(buffer.data(), 42, size);
  const std::byte* const copy = copy_in(mirror, piece(buffer));
  EXPECT_NE(copy, buffer.data());
  EXPECT_EQ(std::memcmp(copy, buffer.data(), size), 0);
}

TEST(Mirror, MovesWhatIsAskedForAndNothingElse) {
  FakeAccelerator device;
  Mirror mirror(device);
  Buffer buffer(size);
  std::memset(buffer.data(), 1, size);
  std::byte* const copy = copy_in(mirror, piece(buffer));
  std::memset(buffer.data(), 2, size);
  EXPECT_EQ(copy_in(mirror, piece(buffer)), copy);
  EXPECT_EQ(copy[0], std::byte{1});
  mirror.upload(piece(buffer));
  EXPECT_EQ(copy[size - 1], std::byte{2});
  copy[size - 1] = std::byte{3};
  EXPECT_EQ(bytes_of(buffer)[size - 1], std::byte{2});
  download(mirror, piece(buffer));
  EXPECT_EQ(bytes_of(buffer)[size - 1], std::byte{3});
}

TEST(Mirror, WhatNobodyWroteDoesNotComeBack) {
  FakeAccelerator device;
  Mirror mirror(device);
  Buffer buffer(size);
  std::memset(buffer.data(), 1, size);
  mirror.upload(piece(buffer));
  download(mirror, piece(buffer));
  EXPECT_EQ(device.downloads, 0);
  copy_in(mirror, piece(buffer))[5] = std::byte{2};
  download(mirror, piece(buffer));
  EXPECT_EQ(device.downloads, 1);
  download(mirror, piece(buffer));
  EXPECT_EQ(device.downloads, 1);
}

TEST(Mirror, PoisonFillsTheCopyAlone) {
  FakeAccelerator device;
  Mirror mirror(device);
  Buffer buffer(size);
  std::memset(buffer.data(), 1, size);
  const int before = device.uploads;
  mirror.poison(piece(buffer));
  const std::byte* const copy = copy_in(mirror, piece(buffer));
  EXPECT_TRUE(std::all_of(copy, copy + size, [](std::byte b) { return b == std::byte{0xFF}; }));
  EXPECT_EQ(bytes_of(buffer)[0], std::byte{1});
  download(mirror, piece(buffer));
  EXPECT_EQ(bytes_of(buffer)[0], std::byte{0xFF});  // who writes nothing leaves that
  EXPECT_EQ(buffer.damage(), "");
  EXPECT_GT(device.uploads, before);
}

TEST(Mirror, AnEarlierTrespassIsNobodyElses) {
  FakeAccelerator device;
  Mirror mirror(device);
  Buffer buffer(size);
  mirror.poison(piece(buffer));
  copy_in(mirror, piece(buffer))[-1] = std::byte{0};
  mirror.poison(piece(buffer));
  download(mirror, piece(buffer));
  EXPECT_EQ(buffer.damage(), "");
}

TEST(Mirror, ScratchMemoryIsOnTheDeviceAlone) {
  FakeAccelerator device;
  Mirror mirror(device);
  Buffer none(0);
  const Mirror::Piece scratch{.data = none.data(), .bytes = size, .scratch = true};
  mirror.poison(scratch);
  std::byte* const copy = copy_in(mirror, scratch);
  EXPECT_EQ(copy[size - 1], std::byte{0xFF});
  copy[size - 1] = std::byte{7};
  download(mirror, scratch);
  EXPECT_EQ(device.downloads, 0);
  EXPECT_EQ(none.damage(), "");
  copy[size] = std::byte{7};
  download(mirror, scratch);
  EXPECT_EQ(none.damage(), "after");
  mirror.poison(scratch);
}

TEST(Mirror, WhatIsWrittenOutsideOnTheDeviceIsSeenHere) {
  for (const auto& [offset, zone] : {std::pair{-1L, "before"},
                                     {-4096L, "before"},
                                     {static_cast<long>(size), "after"},
                                     {static_cast<long>(size) + 4095, "after"}}) {
    FakeAccelerator device;
    Mirror mirror(device);
    Buffer buffer(size);
    copy_in(mirror, piece(buffer))[offset] = std::byte{0};
    EXPECT_EQ(buffer.damage(), "");
    download(mirror, piece(buffer));
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
    mirror.of(piece(*each, large));
  }
  EXPECT_EQ(device.blocks(), 3U);
  mirror.begin_call();
  mirror.of(piece(one, large));
  mirror.of(piece(four, large));  // in place of the second
  EXPECT_EQ(device.blocks(), 3U);
  const int uploads = device.uploads;
  mirror.of(piece(one, large));
  mirror.of(piece(three, large));
  EXPECT_EQ(device.uploads, uploads);
  std::memset(two.data(), 6, large);
  mirror.begin_call();
  EXPECT_EQ(copy_in(mirror, piece(two, large))[0], std::byte{6});
  EXPECT_EQ(device.uploads, uploads + 3) << "the contents, and the room on both sides";
}

TEST(Mirror, ACallThatDoesNotFitIsRefused) {
  FakeAccelerator device(std::size_t{1} << 20);
  Mirror mirror(device);
  constexpr std::size_t large = 300 << 10;
  Buffer one(large), two(large), three(large);
  mirror.begin_call();
  mirror.of(piece(one, large));
  mirror.of(piece(two, large));
  EXPECT_THROW(mirror.of(piece(three, large)), std::bad_alloc);
}

TEST(Mirror, AnswersForALongerBufferAtTheSameAddress) {
  FakeAccelerator device;
  Mirror mirror(device);
  Buffer buffer(2 * size);
  mirror.of(piece(buffer, size));
  std::memset(buffer.data(), 9, 2 * size);
  EXPECT_EQ(copy_in(mirror, piece(buffer, 2 * size))[2 * size - 1], std::byte{9});
  EXPECT_EQ(device.blocks(), 1U);
}

TEST(Mirror, ReleasesAll) {
  FakeAccelerator device;
  {
    Mirror mirror(device);
    Buffer buffer(size), other(size);
    mirror.of(piece(buffer, size));
    mirror.of(piece(other, size));
  }
  EXPECT_EQ(device.blocks(), 0U);
}

}  // namespace
}  // namespace convtune
