#include "turned.hpp"

#include <algorithm>
#include <cstdint>

namespace convtune::via {
namespace {

struct Sizes {
  std::int64_t rows = 0, columns = 0, taps = 0;  ///< of what is read
};

Sizes sizes_of(const ConvProblem& outer, Role role) {
  const auto all = extents(outer, role);
  Sizes sizes{.rows = all[0], .columns = all[1], .taps = 1};
  for (std::size_t i = 2; i < all.size(); ++i) sizes.taps *= all[i];
  return sizes;
}

template <class Element>
void copy(const Sizes& sizes, const Turned& turned, const void* source, void* target, int threads) {
  const auto* const from = static_cast<const Element*>(source);
  auto* const to = static_cast<Element*>(target);
  const std::int64_t planes = sizes.rows * sizes.columns;
#pragma omp parallel for schedule(static) num_threads(threads)
  for (std::int64_t plane = 0; plane < planes; ++plane) {
    const std::int64_t row = plane / sizes.columns, column = plane % sizes.columns;
    const std::int64_t place = turned.swapped ? column * sizes.rows + row : plane;
    const Element* const first = from + plane * sizes.taps;
    Element* const out = to + place * sizes.taps;
    if (turned.flipped)
      std::reverse_copy(first, first + sizes.taps, out);  // all spatial axes at once
    else
      std::copy_n(first, sizes.taps, out);
  }
}

void copy(const Sizes& sizes, const Turned& turned, DataType type, const void* from, void* to,
          int threads) {
  switch (size_of(type)) {
    case sizeof(std::uint16_t): return copy<std::uint16_t>(sizes, turned, from, to, threads);
    case sizeof(std::uint32_t): return copy<std::uint32_t>(sizes, turned, from, to, threads);
    default: return copy<std::uint64_t>(sizes, turned, from, to, threads);
  }
}

}  // namespace

bool as_it_lies(const ConvProblem& outer, const Turned& turned) {
  const Sizes sizes = sizes_of(outer, turned.from);
  const bool swaps = turned.swapped && sizes.rows > 1 && sizes.columns > 1;
  return !swaps && (!turned.flipped || sizes.taps == 1);
}

void turn(const ConvProblem& outer, const Turned& turned, const void* from, void* to, int threads) {
  copy(sizes_of(outer, turned.from), turned, type_of(outer, turned.from), from, to, threads);
}

void turn_back(const ConvProblem& outer, const Turned& turned, const void* from, void* to,
               int threads) {
  Sizes sizes = sizes_of(outer, turned.from);
  if (turned.swapped) std::swap(sizes.rows, sizes.columns);
  copy(sizes, turned, type_of(outer, turned.from), from, to, threads);
}

}  // namespace convtune::via
