#pragma once

#include <vector>

#include "geometry.hpp"

namespace convtune::blas {

/// Where one tap of a filter reads along one axis: output o reads input o * stride + offset, which
/// lies inside the input for the outputs in `inside`.
struct TapAxis {
  TapAxis(const Axis& axis, std::int64_t tap, bool flip);
  bool holds(std::int64_t out) const { return out >= inside.first && out < inside.last; }
  std::int64_t input(std::int64_t out) const { return out * stride + offset; }

  std::int64_t stride, offset;
  Range inside;
};

struct Tap {
  TapAxis d, h, w;
};

/// Every tap in the order of the filter's elements; with flip they read in reverse.
std::vector<Tap> taps(const Geometry& geometry);

/// Writes one row of the column matrix: element p - positions.first is what `tap` reads of `plane`
/// for output position p, zero on padding.
template <class T>
void gather(const Geometry& geometry, const Tap& tap, const T* plane, Range positions, T* row);

/// The transpose of gather: adds the row into the plane that it would have been read from. Spoils
/// the row.
template <class T>
void scatter(const Geometry& geometry, const Tap& tap, T* row, Range positions, T* plane);

}  // namespace convtune::blas
