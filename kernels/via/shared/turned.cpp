#include "turned.hpp"

#include <algorithm>
#include <cstdint>

namespace convtune::via {
namespace {

// Of what is read.
PlaneCopy sizes_of(const ConvProblem& outer, const Turned& turned) {
  const auto all = extents(outer, turned.from);
  PlaneCopy copy{.rows = all[0],
                 .columns = all[1],
                 .taps = 1,
                 .element_bytes = size_of(type_of(outer, turned.from)),
                 .swapped = turned.swapped,
                 .flipped = turned.flipped};
  for (std::size_t i = 2; i < all.size(); ++i) copy.taps *= all[i];
  return copy;
}

template <class Element>
void copy_elements(const PlaneCopy& copy, int threads) {
  const auto* const from = static_cast<const Element*>(copy.from);
  auto* const to = static_cast<Element*>(copy.to);
  const std::int64_t planes = copy.rows * copy.columns;
#pragma omp parallel for schedule(static) num_threads(threads)
  for (std::int64_t plane = 0; plane < planes; ++plane) {
    const std::int64_t row = plane / copy.columns, column = plane % copy.columns;
    const std::int64_t place = copy.swapped ? column * copy.rows + row : plane;
    const Element* const first = from + plane * copy.taps;
    Element* const out = to + place * copy.taps;
    if (copy.flipped)
      std::reverse_copy(first, first + copy.taps, out);  // all spatial axes at once
    else
      std::copy_n(first, copy.taps, out);
  }
}

}  // namespace

bool as_it_lies(const ConvProblem& outer, const Turned& turned) {
  const PlaneCopy copy = sizes_of(outer, turned);
  const bool swaps = copy.swapped && copy.rows > 1 && copy.columns > 1;
  return !swaps && (!copy.flipped || copy.taps == 1);
}

PlaneCopy turn(const ConvProblem& outer, const Turned& turned, const void* from, void* to) {
  PlaneCopy copy = sizes_of(outer, turned);
  copy.from = from;
  copy.to = to;
  return copy;
}

PlaneCopy turn_back(const ConvProblem& outer, const Turned& turned, const void* from, void* to) {
  PlaneCopy copy = turn(outer, turned, from, to);
  if (copy.swapped) std::swap(copy.rows, copy.columns);
  return copy;
}

void copy_planes(const PlaneCopy& copy, int threads) {
  switch (copy.element_bytes) {
    case sizeof(std::uint16_t): return copy_elements<std::uint16_t>(copy, threads);
    case sizeof(std::uint32_t): return copy_elements<std::uint32_t>(copy, threads);
    default: return copy_elements<std::uint64_t>(copy, threads);
  }
}

}  // namespace convtune::via
