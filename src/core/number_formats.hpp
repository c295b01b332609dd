#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace convtune {

/// A binary floating format of 16 bits: sign, exponent, mantissa.
template <int exponent_bits, int mantissa_bits>
struct SmallFloat {
  static_assert(1 + exponent_bits + mantissa_bits == 16);
  static constexpr int largest_exponent = (1 << (exponent_bits - 1)) - 1;
  static constexpr int least_exponent = 1 - largest_exponent;
  static constexpr std::uint16_t infinity = ((1 << exponent_bits) - 1) << mantissa_bits;

  /// Rounds once, to nearest even; past the largest number lies infinity.
  static std::uint16_t from_double(double value) {
    const auto sign = static_cast<std::uint16_t>(std::signbit(value) ? 0x8000 : 0);
    const double magnitude = std::abs(value);
    if (std::isnan(value)) return sign | infinity | (1 << (mantissa_bits - 1));
    if (magnitude >= power_of_two(largest_exponent + 1)) return sign | infinity;

    const int exponent = static_cast<int>(std::bit_cast<std::uint64_t>(magnitude) >> 52) - 1023;
    const int scale = exponent < least_exponent ? least_exponent : exponent;
    // In units of the last place; the implicit bit of a normal number adds 1 to its exponent, as
    // does a carry out of the rounding. 2^52 has no fraction bits left: adding it rounds.
    const double units = magnitude * power_of_two(mantissa_bits - scale);
    const auto rounded = static_cast<std::uint32_t>((units + 0x1p52) - 0x1p52);
    return static_cast<std::uint16_t>(
        sign | ((static_cast<std::uint32_t>(scale - least_exponent) << mantissa_bits) + rounded));
  }

  static double to_double(std::uint16_t bits) {
    const int exponent = (bits & infinity) >> mantissa_bits;
    const int mantissa = bits & ((1 << mantissa_bits) - 1);
    double magnitude = 0;
    if (exponent == (1 << exponent_bits) - 1)
      magnitude = mantissa == 0 ? std::numeric_limits<double>::infinity()
                                : std::numeric_limits<double>::quiet_NaN();
    else if (exponent == 0)
      magnitude = mantissa * power_of_two(least_exponent - mantissa_bits);
    else
      magnitude = (mantissa + (1 << mantissa_bits)) *
                  power_of_two(exponent - 1 + least_exponent - mantissa_bits);
    return bits & 0x8000 ? -magnitude : magnitude;
  }

 private:
  static double power_of_two(int exponent) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
  }
};

using Half = SmallFloat<5, 10>;
using Bfloat = SmallFloat<8, 7>;

}  // namespace convtune
