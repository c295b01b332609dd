// Rounding from float64 into every element type, and back.
#include <cmath>
#include <cstring>
#include <limits>

#include <gtest/gtest.h>

#include <convtune/tensor.hpp>

namespace convtune {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <typename Element>
Element converted(double value, DataType type) {
  Element element;
  from_double({&value, 1}, type, &element);
  return element;
}

template <typename Element>
double widened(Element element, DataType type) {
  double value = 0;
  to_double(&element, type, {&value, 1});
  return value;
}

struct BitsCase {
  double value;
  std::uint16_t bits;
};

TEST(Half, RoundsToNearestEven) {
  for (const auto& [value, bits] :
       {BitsCase{0, 0x0000},
        BitsCase{-0.0, 0x8000},
        BitsCase{1, 0x3c00},
        BitsCase{-2, 0xc000},
        BitsCase{65504, 0x7bff},
        BitsCase{65519.99, 0x7bff},
        BitsCase{65520, 0x7c00},
        BitsCase{-1e300, 0xfc00},
        BitsCase{infinity, 0x7c00},
        BitsCase{1 + 0x1p-11, 0x3c00},            // a tie goes down to even
        BitsCase{1 + 3 * 0x1p-11, 0x3c02},        // and up to even
        BitsCase{1 + 0x1p-11 + 0x1p-40, 0x3c01},  // just above a tie: no double rounding
        BitsCase{2 - 0x1p-12, 0x4000},            // carries into the exponent
        BitsCase{0x1p-14, 0x0400},                // least normal
        BitsCase{0x1p-14 - 0x1p-24, 0x03ff},      // largest subnormal
        BitsCase{0x1p-14 - 0x1p-26, 0x0400},      // rounds up into the normals
        BitsCase{0x1p-24, 0x0001},
        BitsCase{0x1p-25, 0x0000},
        BitsCase{0x1.8p-25, 0x0001},
        BitsCase{3 * 0x1p-25, 0x0002},
        BitsCase{1e-300, 0x0000},
        BitsCase{5e-324, 0x0000}})
    EXPECT_EQ(converted<std::uint16_t>(value, DataType::f16), bits) << value;
}

TEST(Bfloat, RoundsToNearestEven) {
  for (const auto& [value, bits] :
       {BitsCase{1, 0x3f80}, BitsCase{-1.5, 0xbfc0}, BitsCase{1 + 0x1p-8, 0x3f80},
        BitsCase{1 + 3 * 0x1p-8, 0x3f82}, BitsCase{1 + 0x1p-8 + 0x1p-45, 0x3f81},
        BitsCase{0x1.fep127, 0x7f7f}, BitsCase{0x1.ffp127, 0x7f80}, BitsCase{0x1.fefffp127, 0x7f7f},
        BitsCase{0x1p-126, 0x0080}, BitsCase{0x1p-133, 0x0001}, BitsCase{0x1p-134, 0x0000},
        BitsCase{0x1.8p-134, 0x0001}, BitsCase{-infinity, 0xff80}, BitsCase{1e308, 0x7f80}})
    EXPECT_EQ(converted<std::uint16_t>(value, DataType::bf16), bits) << value;
}

TEST(SmallFloats, KeepNotANumber) {
  EXPECT_TRUE(std::isnan(widened(converted<std::uint16_t>(nan, DataType::f16), DataType::f16)));
  EXPECT_TRUE(std::isnan(widened(converted<std::uint16_t>(-nan, DataType::bf16), DataType::bf16)));
}

TEST(SmallFloats, ReturnFromFloat64WithEveryBit) {
  for (const DataType type : {DataType::f16, DataType::bf16})
    for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
      const double value = widened(static_cast<std::uint16_t>(bits), type);
      if (std::isnan(value)) continue;
      ASSERT_EQ(converted<std::uint16_t>(value, type), bits) << name(type);
    }
  EXPECT_EQ(widened(std::uint16_t{0x3555}, DataType::f16), 0x1.554p-2);
  EXPECT_EQ(widened(std::uint16_t{0x4049}, DataType::bf16), 3.140625);
}

TEST(Float, RoundsToNearestEven) {
  EXPECT_EQ(converted<float>(1 + 0x1p-24, DataType::f32), 1.0f);
  EXPECT_EQ(converted<float>(1 + 0x1p-24 + 0x1p-50, DataType::f32), 1.0f + 0x1p-23f);
  EXPECT_EQ(converted<double>(0.1, DataType::f64), 0.1);
}

TEST(Integers, SaturateAndRoundToNearestEven) {
  for (const auto& [value, rounded] : {std::pair{0.5, 0},
                                       {1.5, 2},
                                       {2.5, 2},
                                       {-0.5, 0},
                                       {-1.5, -2},
                                       {126.7, 127},
                                       {127.5, 127},
                                       {1e9, 127},
                                       {-128.5, -128},
                                       {-1e9, -128},
                                       {infinity, 127},
                                       {nan, 0}})
    EXPECT_EQ(converted<std::int8_t>(value, DataType::s8), rounded) << value;
  EXPECT_EQ(converted<std::uint8_t>(-3, DataType::u8), 0);
  EXPECT_EQ(converted<std::uint8_t>(254.5, DataType::u8), 254);
  EXPECT_EQ(converted<std::uint8_t>(255.5, DataType::u8), 255);
  EXPECT_EQ(converted<std::int32_t>(2147483647.5, DataType::s32), 2147483647);
  EXPECT_EQ(converted<std::int32_t>(-3e9, DataType::s32), -2147483647 - 1);
}

TEST(Integers, Widen) {
  EXPECT_EQ(widened(std::int8_t{-128}, DataType::s8), -128);
  EXPECT_EQ(widened(std::uint8_t{255}, DataType::u8), 255);
  EXPECT_EQ(widened(std::int32_t{-2147483647}, DataType::s32), -2147483647.0);
}

}  // namespace
}  // namespace convtune
