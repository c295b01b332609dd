#include "transforms.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <type_traits>

#include "transform_table.hpp"

namespace convtune::winograd {
namespace {

template <class T>
const Table<T>& table() {
  static const Table<T> all = [] {
    Table<T> made;
    add_square(made);
    add_narrow(made);
    add_strided(made);
    return made;
  }();
  return all;
}

template <class T>
std::vector<int> outputs_for(const std::array<int, 3>& taps, const std::array<int, 3>& strides) {
  std::vector<int> found;
  for (const auto& [key, transforms] : table<T>())
    if (key.first.taps == taps && key.first.strides == strides && key.second == Isa::generic)
      found.push_back(key.first.outputs);
  return found;
}

double growth_squared(int outputs, int taps, int stride) {
  if (taps == 1) return single.growth_squared();
  if (stride == 2 && taps == 3)
    return outputs == 2   ? f2x3s2.growth_squared()
           : outputs == 3 ? f3x3s2.growth_squared()
                          : f4x3s2.growth_squared();
  if (stride == 2) return outputs == 2 ? f2x5s2.growth_squared() : f4x5s2.growth_squared();
  if (taps == 3)
    return outputs == 2   ? f2x3.growth_squared()
           : outputs == 4 ? f4x3.growth_squared()
                          : f6x3.growth_squared();
  if (taps == 5) return outputs == 2 ? f2x5.growth_squared() : f4x5.growth_squared();
  return f2x7.growth_squared();
}

}  // namespace

std::array<int, 3> Shape::tile() const {
  std::array<int, 3> tile{};
  for (std::size_t i = 0; i < 3; ++i) tile[i] = taps[i] == 1 ? 1 : outputs;
  if (std::ranges::min(taps) > 1) tile[0] = std::min(outputs, 2);
  return tile;
}

std::array<int, 3> Shape::step() const {
  std::array<int, 3> step = tile();
  for (std::size_t i = 0; i < 3; ++i) step[i] *= strides[i];
  return step;
}

std::array<int, 3> Shape::extent() const {
  std::array<int, 3> extent = step();
  for (std::size_t i = 0; i < 3; ++i) extent[i] += taps[i] - strides[i];
  return extent;
}

int Shape::points() const {
  const std::array<int, 3> each = extent();
  return each[0] * each[1] * each[2];
}

std::vector<int> tile_outputs(const std::array<int, 3>& taps, const std::array<int, 3>& strides,
                              DataType type) {
  return type == DataType::f64 ? outputs_for<double>(taps, strides)
                               : outputs_for<float>(taps, strides);
}

template <class T>
const Transforms<T>& transforms(const Shape& shape, Isa isa) {
  return table<T>().at({shape, isa});
}
template const Transforms<float>& transforms(const Shape&, Isa);
template const Transforms<double>& transforms(const Shape&, Isa);

double growth(const Shape& shape) {
  double squared = 1;
  for (std::size_t i = 0; i < 3; ++i)
    squared *= growth_squared(shape.tile()[i], shape.taps[i], shape.strides[i]);
  return std::sqrt(squared);
}

std::int64_t strip_elements(const Shape& shape, std::int64_t tiles, int lanes) {
  const std::int64_t pixels = (tiles - 1) * shape.step()[2] + shape.extent()[2];
  const std::int64_t rows = std::int64_t{shape.extent()[0]} * shape.extent()[1];
  // As they are, and transformed along the height.
  return (rows > 1 ? 2 : 1) * rows * (pixels + lanes) * lanes;
}

std::int64_t rows_elements(const Shape& shape, std::int64_t tiles, int lanes) {
  return std::int64_t{shape.tile()[0]} * shape.tile()[1] * (tiles * shape.tile()[2] + lanes) *
         lanes;
}

}  // namespace convtune::winograd
