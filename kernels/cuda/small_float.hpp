#pragma once

#include <cstdint>
#include <cstring>

#include "simt.hpp"

namespace convtune::cuda {

/// A binary floating format of 16 bits, sign, exponent and mantissa, as kernels read and write it.
/// Rounds as from_double of convtune/tensor.hpp does, bit for bit.
template <int exponent_bits, int mantissa_bits>
struct SmallFloat {
  static_assert(1 + exponent_bits + mantissa_bits == 16);
  static constexpr int largest_exponent = (1 << (exponent_bits - 1)) - 1;
  static constexpr int least_exponent = 1 - largest_exponent;
  static constexpr std::uint32_t infinity = ((1U << exponent_bits) - 1) << mantissa_bits;

  /// Rounds once, to nearest even; past the largest number lies infinity.
  CONVTUNE_DEVICE static SmallFloat rounded(double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    const auto sign = static_cast<std::uint32_t>(bits >> 48) & 0x8000U;
    const int field = static_cast<int>(bits >> 52) & 0x7ff;
    const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
    if (field == 0x7ff && fraction != 0) return of(sign | infinity | 1U << (mantissa_bits - 1));
    const int exponent = field - 1023;
    if (exponent > largest_exponent) return of(sign | infinity);

    // Subnormal numbers share the least exponent, so that they lose more of their fraction.
    const int scale = exponent < least_exponent ? least_exponent : exponent;
    const int lost = 52 - mantissa_bits + (scale - exponent);
    if (lost > 53) return of(sign);  // below half of the least number; subnormal doubles too
    const std::uint64_t whole = fraction | std::uint64_t{1} << 52;
    const std::uint64_t even = whole >> lost & 1;
    const std::uint64_t kept = (whole + (std::uint64_t{1} << (lost - 1)) - 1 + even) >> lost;
    // The implicit bit of a normal number adds 1 to the exponent, as does a carry of the rounding.
    return of(sign | ((static_cast<std::uint32_t>(scale - least_exponent) << mantissa_bits) +
                      static_cast<std::uint32_t>(kept)));
  }

  CONVTUNE_DEVICE double value() const {
    const std::uint64_t sign = static_cast<std::uint64_t>(bits & 0x8000U) << 48;
    const std::uint32_t field = (bits & infinity) >> mantissa_bits;
    const std::uint64_t mantissa = bits & ((1U << mantissa_bits) - 1);
    if (field == 0) {
      const double magnitude = static_cast<double>(mantissa) * least;
      return sign != 0 ? -magnitude : magnitude;
    }
    const bool finite = field != (infinity >> mantissa_bits);
    const std::uint64_t exponent = finite ? field + 1023 - largest_exponent : 0x7ff;
    const std::uint64_t made = sign | exponent << 52 | mantissa << (52 - mantissa_bits);
    double value = 0;
    std::memcpy(&value, &made, sizeof value);
    return value;
  }

  std::uint16_t bits;

 private:
  static constexpr double power(int exponent) {
    double value = 1;
    for (int i = 0; i < -exponent; ++i) value /= 2;
    return value;
  }
  static constexpr double least = power(least_exponent - mantissa_bits);

  CONVTUNE_DEVICE static SmallFloat of(std::uint32_t bits) {
    return {static_cast<std::uint16_t>(bits)};
  }
};

using Half = SmallFloat<5, 10>;
using Bfloat = SmallFloat<8, 7>;

/// The number that an element of a tensor holds.
CONVTUNE_DEVICE inline double widened(double element) {
  return element;
}
CONVTUNE_DEVICE inline float widened(float element) {
  return element;
}
template <int exponent_bits, int mantissa_bits>
CONVTUNE_DEVICE float widened(SmallFloat<exponent_bits, mantissa_bits> element) {
  return static_cast<float>(element.value());
}

/// A sum as an element of type T, rounded once to nearest even.
template <class T, class Sum>
CONVTUNE_DEVICE T rounded(Sum sum) {
  if constexpr (requires { T::rounded(sum); })
    return T::rounded(static_cast<double>(sum));
  else
    return static_cast<T>(sum);
}

}  // namespace convtune::cuda
