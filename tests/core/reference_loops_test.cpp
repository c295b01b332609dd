// Every processor's loops must give the bits of the plainest ones: the reference is one everywhere.
#include "reference_loops.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace convtune {
namespace {

// Numbers whose products and sums are rounded.
std::vector<double> numbers(std::size_t count) {
  std::vector<double> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = 1.0 / static_cast<double>(7 * i + 3) - 0.01;
  return all;
}

struct Sums {
  std::vector<double> values, magnitudes;
  bool operator==(const Sums&) const = default;
};

Sums rows(const ReferenceLoops& loops, std::int64_t distance, std::int64_t b_distance,
          std::int64_t repeats) {
  constexpr std::int64_t count = 13;
  const std::vector<double> a = numbers(1000), b = numbers(500);
  Sums sums{.values = numbers(100), .magnitudes = numbers(100)};
  loops.add_rows({sums.values.data(), distance}, sums.magnitudes.data(), {a.data(), distance},
                 {b.data(), b_distance}, count, {repeats, 31, 17});
  return sums;
}

Sums dot(const ReferenceLoops& loops, std::int64_t b_distance) {
  const std::vector<double> a = numbers(100), b = numbers(100);
  Sums sums{.values = numbers(dot_lanes), .magnitudes = numbers(dot_lanes)};
  loops.add_dot(sums.values.data(), sums.magnitudes.data(), a.data(), {b.data(), b_distance}, 29);
  return sums;
}

TEST(ReferenceLoops, GiveTheSameBitsInWhateverVectors) {
  const ReferenceLoops& plain = all_reference_loops().front();
  for (const ReferenceLoops& each : all_reference_loops()) {
    for (const std::int64_t distance : {1, 2})
      for (const std::int64_t b_distance : {0, 3})
        for (const std::int64_t repeats : {1, 4, 11})
          EXPECT_EQ(rows(each, distance, b_distance, repeats),
                    rows(plain, distance, b_distance, repeats));
    for (const std::int64_t b_distance : {1, 2})
      EXPECT_EQ(dot(each, b_distance), dot(plain, b_distance));
  }
}

TEST(ReferenceLoops, AddUpEveryProduct) {
  const std::vector<double> a = numbers(1000), b = numbers(500);
  for (const ReferenceLoops& each : all_reference_loops()) {
    const Sums sums = rows(each, 1, 0, 6);
    for (std::size_t i = 0; i < 13; ++i) {
      double value = numbers(100)[i];
      for (std::size_t r = 0; r < 6; ++r) value += a[r * 31 + i] * b[r * 17];
      EXPECT_NEAR(sums.values[i], value, 1e-15);
    }
    EXPECT_EQ(sums.values[13], numbers(100)[13]) << "nothing behind them is touched";
  }
}

}  // namespace
}  // namespace convtune
