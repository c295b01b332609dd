// Changes of layout and of element type.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include <convtune/tensor.hpp>

#include "number_formats.hpp"

namespace convtune {
namespace {

/// A stack of matrices: turns each rows x columns into columns x rows.
struct Transposition {
  std::int64_t matrices, rows, columns;
};

/// In tiles, so that both sides stay in cache.
template <typename Element>
void transpose(const Transposition& t, const void* from, void* to) {
  constexpr std::int64_t tile = 32;
  const auto* source = static_cast<const Element*>(from);
  auto* destination = static_cast<Element*>(to);
  for (std::int64_t m = 0; m < t.matrices;
       ++m, source += t.rows * t.columns, destination += t.rows * t.columns)
    for (std::int64_t r0 = 0; r0 < t.rows; r0 += tile)
      for (std::int64_t c0 = 0; c0 < t.columns; c0 += tile)
        for (std::int64_t r = r0; r < std::min(r0 + tile, t.rows); ++r)
          for (std::int64_t c = c0; c < std::min(c0 + tile, t.columns); ++c)
            destination[c * t.rows + r] = source[r * t.columns + c];
}

void transpose(const Transposition& t, std::size_t element_bytes, const void* from, void* to) {
  switch (element_bytes) {
    case 1: return transpose<std::uint8_t>(t, from, to);
    case 2: return transpose<std::uint16_t>(t, from, to);
    case 4: return transpose<std::uint32_t>(t, from, to);
    default: return transpose<std::uint64_t>(t, from, to);
  }
}

/// Plain order to channels last: {outer, channels, positions} to {outer, positions, channels}.
Transposition to_channels_last(const ConvProblem& problem, Role role) {
  const auto sizes = extents(problem, role);
  Transposition t = {.matrices = sizes[0], .rows = sizes[1], .columns = 1};
  for (std::size_t i = 2; i < sizes.size(); ++i) t.columns *= sizes[i];
  return t;
}

template <typename Element, typename Convert>
void convert(std::span<const double> values, void* elements, Convert one) {
  auto* written = static_cast<Element*>(elements);
  for (std::size_t i = 0; i < values.size(); ++i) written[i] = one(values[i]);
}

template <typename Element, typename Convert>
void convert(const void* elements, std::span<double> values, Convert one) {
  const auto* read = static_cast<const Element*>(elements);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = one(read[i]);
}

/// Nearest even, saturated; not a number becomes 0.
template <typename Integer>
Integer to_integer(double value) {
  constexpr double least = std::numeric_limits<Integer>::min();
  constexpr double most = std::numeric_limits<Integer>::max();
  if (std::isnan(value)) return 0;
  return static_cast<Integer>(std::clamp(std::nearbyint(value), least, most));
}

template <typename Element>
double widen(Element value) {
  return static_cast<double>(value);
}

}  // namespace

void from_plain(const ConvProblem& problem, Role role, const void* plain, void* held) {
  if (elements(problem, role) == 0) return;
  if (layout_of(problem, role) != Layout::channels_last) {
    std::memcpy(held, plain, bytes(problem, role));
    return;
  }
  transpose(to_channels_last(problem, role), size_of(type_of(problem, role)), plain, held);
}

void to_plain(const ConvProblem& problem, Role role, const void* held, void* plain) {
  if (elements(problem, role) == 0) return;
  if (layout_of(problem, role) != Layout::channels_last) {
    std::memcpy(plain, held, bytes(problem, role));
    return;
  }
  Transposition t = to_channels_last(problem, role);
  std::swap(t.rows, t.columns);
  transpose(t, size_of(type_of(problem, role)), held, plain);
}

void from_double(std::span<const double> values, DataType type, void* elements) {
  switch (type) {
    case DataType::f64: return convert<double>(values, elements, [](double v) { return v; });
    case DataType::f32:
      return convert<float>(values, elements, [](double v) { return static_cast<float>(v); });
    case DataType::f16: return convert<std::uint16_t>(values, elements, Half::from_double);
    case DataType::bf16: return convert<std::uint16_t>(values, elements, Bfloat::from_double);
    case DataType::s8: return convert<std::int8_t>(values, elements, to_integer<std::int8_t>);
    case DataType::u8: return convert<std::uint8_t>(values, elements, to_integer<std::uint8_t>);
    case DataType::s32: return convert<std::int32_t>(values, elements, to_integer<std::int32_t>);
  }
}

void to_double(const void* elements, DataType type, std::span<double> values) {
  switch (type) {
    case DataType::f64: return convert<double>(elements, values, widen<double>);
    case DataType::f32: return convert<float>(elements, values, widen<float>);
    case DataType::f16: return convert<std::uint16_t>(elements, values, Half::to_double);
    case DataType::bf16: return convert<std::uint16_t>(elements, values, Bfloat::to_double);
    case DataType::s8: return convert<std::int8_t>(elements, values, widen<std::int8_t>);
    case DataType::u8: return convert<std::uint8_t>(elements, values, widen<std::uint8_t>);
    case DataType::s32: return convert<std::int32_t>(elements, values, widen<std::int32_t>);
  }
}

}  // namespace convtune
