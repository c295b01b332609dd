#include "packing.hpp"

#include <random>

#include <gtest/gtest.h>

namespace convtune::db {
namespace {

TEST(Packing, KeepsEverySampleExactly) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 1000; ++trial) {
    std::vector<Sample> samples(random() % 40);
    const bool whole = random() % 2;
    for (Sample& sample : samples) {
      sample.round = static_cast<int>(random());
      sample.seconds = whole ? static_cast<double>(random() % 1'000'000'000) / 1e9
                             : static_cast<double>(random()) / 1e19;
    }
    EXPECT_EQ(unpack(pack(samples)), samples);
  }
}

TEST(Packing, WholeNanosecondsTakeFewBytes) {
  std::vector<Sample> samples;
  for (int round = 0; round < 30; ++round)
    samples.push_back({round, static_cast<double>(1'000'000 + round % 5 * 2000) / 1e9});
  EXPECT_LT(pack(samples).bytes.size(), 100u);
  for (Sample& sample : samples) sample.seconds += 1e-13;
  EXPECT_EQ(pack(samples).bytes.size(), 2 + 30 * 9u);
}

// The bytes are in files of users: they never change.
TEST(Packing, HasAFixedForm) {
  const auto bytes = [](std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) text += static_cast<char>(value);
    return Blob{text};
  };
  EXPECT_EQ(pack({}), bytes({1, 0}));
  EXPECT_EQ(pack({{0, 100e-9}, {1, 99e-9}, {2, 300e-9}}),
            bytes({1, 3, 0, 0xc8, 0x01, 2, 1, 2, 0x92, 0x03}));
  EXPECT_EQ(pack({{3, 0x1.8p-40}}), bytes({2, 1, 6, 0, 0, 0, 0, 0, 0, 0x78, 0x3d}));
}

TEST(Packing, RefusesWhatItCannotHaveMade) {
  const Blob good = pack({{0, 1e-3}, {1, 1.1e-3}, {2, 0.9e-3}});
  for (std::size_t size = 0; size < good.bytes.size(); ++size)
    EXPECT_THROW(unpack({good.bytes.substr(0, size)}), BadRow) << size;
  EXPECT_THROW(unpack({good.bytes + '\0'}), BadRow);
  EXPECT_THROW(unpack({"\x03" + good.bytes.substr(1)}), BadRow);
  EXPECT_THROW(unpack({std::string("\x01\xff\xff\xff\xff\xff\xff\x7f\x01\x01", 10)}), BadRow);
  EXPECT_THROW(unpack({std::string(40, '\xff')}), BadRow);
}

TEST(Packing, NeverReadsBeyondRandomBytes) {
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 20000; ++trial) {
    std::string bytes(random() % 30, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    if (!bytes.empty()) bytes[0] = static_cast<char>(1 + random() % 2);
    try {
      for (const Sample& sample : unpack({bytes})) EXPECT_GE(sample.seconds, 0);
    } catch (const BadRow&) {
    }
  }
}

}  // namespace
}  // namespace convtune::db
