#include "transforms.hpp"

#include "transform_table.hpp"

namespace convtune::fft {
namespace {

template <class T>
const Table<T>& table() {
  static const Table<T> all = [] {
    Table<T> made;
    add_small(made);
    add_large(made);
    add_largest(made);
    return made;
  }();
  return all;
}

}  // namespace

const std::vector<int>& tile_sizes() {
  static const std::vector<int> sizes = [] {
    std::vector<int> found;
    for (const auto& [key, transforms] : table<float>())
      if (key.second == Isa::generic) found.push_back(key.first);
    return found;
  }();
  return sizes;
}

template <class T>
const Transforms<T>& transforms(int size, Isa isa) {
  return table<T>().at({size, isa});
}
template const Transforms<float>& transforms(int, Isa);
template const Transforms<double>& transforms(int, Isa);

std::int64_t strip_elements(int size, std::int64_t tiles, std::int64_t tile_step, int lanes) {
  return size * ((tiles - 1) * tile_step + size + lanes) * lanes;
}

std::int64_t rows_elements(int size, std::array<int, 2> outputs, std::int64_t tiles, int lanes) {
  return (outputs[0] + 1) / 2 * 2 * (tiles * outputs[1] + size + lanes) * lanes;
}

}  // namespace convtune::fft
