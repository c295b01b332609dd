#include <cmath>
#include <cstdint>
#include <cstring>

#include <gtest/gtest.h>

#include <convtune/error.hpp>
#include <tuner/buffer.hpp>

namespace convtune {
namespace {

TEST(Buffer, IsAlignedAndWholeWhateverItsSize) {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64},
                                  std::size_t{4097}, (std::size_t{3} << 20) + 5}) {
    Buffer buffer(bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64, 0U);
    EXPECT_EQ(buffer.bytes(), bytes);
    if (bytes > 0) std::memset(buffer.data(), 0, bytes);
    EXPECT_EQ(buffer.damage(), "") << bytes;
  }
}

TEST(Buffer, SeesOneByteWrittenOnEitherSide) {
  Buffer buffer(100);
  auto* const bytes = static_cast<unsigned char*>(buffer.data());
  const unsigned char kept = bytes[100];
  bytes[100] ^= 1U;
  EXPECT_EQ(buffer.damage(), "after");
  bytes[100] = kept;
  EXPECT_EQ(buffer.damage(), "");
  bytes[-1] ^= 0x80U;
  EXPECT_EQ(buffer.damage(), "before");
}

TEST(Buffer, PoisonIsNotANumber) {
  Buffer buffer(sizeof(double) * 3);
  buffer.poison();
  double values[3];
  std::memcpy(values, buffer.data(), sizeof values);
  float narrow[6];
  std::memcpy(narrow, buffer.data(), sizeof narrow);
  for (const double value : values) EXPECT_TRUE(std::isnan(value));
  for (const float value : narrow) EXPECT_TRUE(std::isnan(value));
  EXPECT_EQ(buffer.damage(), "");
}

TEST(Buffer, ChecksumSeesEveryBitAndEveryPlace) {
  Buffer buffer((std::size_t{1} << 20) + 13);
  auto* const bytes = static_cast<unsigned char*>(buffer.data());
  std::memset(bytes, 0, buffer.bytes());
  const std::uint64_t before = buffer.checksum();
  EXPECT_EQ(before, buffer.checksum());
  for (const std::size_t place : {std::size_t{0}, std::size_t{77}, buffer.bytes() - 1}) {
    bytes[place] ^= 4U;
    EXPECT_NE(buffer.checksum(), before) << place;
    bytes[place] ^= 4U;
  }
  bytes[8] = 1;
  const std::uint64_t here = buffer.checksum();
  bytes[8] = 0;
  bytes[16] = 1;
  EXPECT_NE(buffer.checksum(), here);
}

TEST(Buffer, RefusesWhatCannotBeHad) {
  EXPECT_THROW(Buffer(~std::size_t{0}), std::bad_alloc);
  EXPECT_THROW(Buffer(std::size_t{1} << 62), std::bad_alloc);
}

}  // namespace
}  // namespace convtune
