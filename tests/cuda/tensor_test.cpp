// Element types as kernels read and write them, against from_double and to_double.
#include "../../kernels/cuda/module/tensor.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include <convtune/tensor.hpp>

namespace convtune::cuda {
namespace {

constexpr DataType types[] = {DataType::f64, DataType::f32, DataType::f16, DataType::bf16,
                              DataType::s8,  DataType::u8,  DataType::s32};

std::uint64_t bits_after(const Tensor& tensor, std::uint64_t& element, double value) {
  element = 0;
  tensor.set(0, value);
  return element;
}

void expect_same(double value) {
  for (const DataType type : types) {
    std::uint64_t mine = 0, theirs = 0;
    from_double({&value, 1}, type, &theirs);
    EXPECT_EQ(bits_after({.data = &mine, .type = type}, mine, value), theirs)
        << name(type) << " of " << value;
  }
}

TEST(Tensor, WritesWhatFromDoubleWrites) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const double value : {0.0,           -0.0,
                             0.5,           1.5,
                             2.5,           -0.5,
                             -1.5,          126.5,
                             127.5,         128.0,
                             -128.5,        -129.0,
                             255.5,         300.0,
                             2147483646.5,  2147483647.5,
                             -2147483648.5, 65504.0,
                             65519.9,       65520.0,
                             1e300,         -1e300,
                             1e-300,        0x1p-24,
                             0x1p-25,       0x1.8p-25,
                             0x1p-26,       0x1p-133,
                             0x1p-134,      0x1.8p-134,
                             0x1p-1074,     infinity,
                             -infinity,     std::numeric_limits<double>::quiet_NaN()})
    expect_same(value);
  std::mt19937_64 random(1);
  for (int i = 0; i < 200000; ++i) expect_same(std::bit_cast<double>(random()));
}

template <class Small>
class SmallFloats : public testing::Test {};
using Formats = testing::Types<Half, Bfloat>;
TYPED_TEST_SUITE(SmallFloats, Formats);

template <class Small>
constexpr DataType type_of_format = std::is_same_v<Small, Half> ? DataType::f16 : DataType::bf16;

TYPED_TEST(SmallFloats, ReadWhatToDoubleReads) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const TypeParam element{static_cast<std::uint16_t>(bits)};
    double expected = 0;
    to_double(&element, type_of_format<TypeParam>, {&expected, 1});
    const double read = element.value();
    if (expected != expected)
      EXPECT_NE(read, read) << bits;
    else
      EXPECT_EQ(std::bit_cast<std::uint64_t>(read), std::bit_cast<std::uint64_t>(expected)) << bits;
  }
}

TYPED_TEST(SmallFloats, RoundOnceHalfwayAndBesideIt) {
  for (std::uint32_t bits = 0; bits < 0x7fff; ++bits) {
    const double low = TypeParam{static_cast<std::uint16_t>(bits)}.value();
    const double high = TypeParam{static_cast<std::uint16_t>(bits + 1)}.value();
    if (!(high < std::numeric_limits<double>::infinity())) continue;
    const double middle = low + (high - low) / 2;
    for (const double value :
         {low, middle, std::nextafter(middle, low), std::nextafter(middle, high)})
      for (const double one : {value, -value}) {
        std::uint16_t expected = 0;
        from_double({&one, 1}, type_of_format<TypeParam>, &expected);
        ASSERT_EQ(rounded<TypeParam>(one).bits, expected) << one;
      }
  }
}

TEST(Tensor, ReadsWhatToDoubleReads) {
  const std::vector<double> values = {-3, 0, 1, 100, 127};
  for (const DataType type : types) {
    std::vector<double> expected(values.size());
    std::vector<std::byte> memory(values.size() * 8);
    from_double(values, type, memory.data());
    to_double(memory.data(), type, expected);
    const Tensor tensor{.data = memory.data(), .type = type};
    for (std::size_t i = 0; i < values.size(); ++i)
      EXPECT_EQ(tensor.at(static_cast<std::int64_t>(i)), expected[i]) << name(type);
  }
}

}  // namespace
}  // namespace convtune::cuda
