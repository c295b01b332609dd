#pragma once

#include <cmath>
#include <cstdint>

#include <convtune/types.hpp>

#include "../small_float.hpp"

namespace convtune::cuda {

/// An integer type from float64: to nearest even, saturated; not a number becomes 0.
template <class Integer>
CONVTUNE_DEVICE Integer integer_of(double value, double least, double most) {
  if (value != value) return 0;
  const double nearest = std::nearbyint(value);
  return static_cast<Integer>(nearest < least ? least : nearest > most ? most : nearest);
}

/// A tensor of any type and layout in the memory that kernels read, element by element in float64.
/// Steps are in elements.
struct Tensor {
  void* data = nullptr;
  DataType type = DataType::f32;
  std::int64_t outer = 0;     ///< from one image or filter to the next
  std::int64_t position = 0;  ///< of unshared filters: from one output position's to the next's
  std::int64_t channel = 0, depth = 0, height = 0, width = 0;

  CONVTUNE_DEVICE double at(std::int64_t i) const {
    switch (type) {
      case DataType::f64: return static_cast<const double*>(data)[i];
      case DataType::f32: return static_cast<const float*>(data)[i];
      case DataType::f16: return static_cast<const Half*>(data)[i].value();
      case DataType::bf16: return static_cast<const Bfloat*>(data)[i].value();
      case DataType::s8: return static_cast<const std::int8_t*>(data)[i];
      case DataType::u8: return static_cast<const std::uint8_t*>(data)[i];
      case DataType::s32: return static_cast<const std::int32_t*>(data)[i];
    }
    return 0;
  }

  /// Rounds as from_double of convtune/tensor.hpp does, bit for bit.
  CONVTUNE_DEVICE void set(std::int64_t i, double value) const {
    switch (type) {
      case DataType::f64: static_cast<double*>(data)[i] = value; break;
      case DataType::f32: static_cast<float*>(data)[i] = static_cast<float>(value); break;
      case DataType::f16: static_cast<Half*>(data)[i] = Half::rounded(value); break;
      case DataType::bf16: static_cast<Bfloat*>(data)[i] = Bfloat::rounded(value); break;
      case DataType::s8:
        static_cast<std::int8_t*>(data)[i] = integer_of<std::int8_t>(value, -128, 127);
        break;
      case DataType::u8:
        static_cast<std::uint8_t*>(data)[i] = integer_of<std::uint8_t>(value, 0, 255);
        break;
      case DataType::s32:
        static_cast<std::int32_t*>(data)[i] =
            integer_of<std::int32_t>(value, -2147483648.0, 2147483647.0);
        break;
    }
  }
};

}  // namespace convtune::cuda
