#include "geometry.hpp"

#include <functional>
#include <numeric>

namespace convtune::blas {
namespace {

std::array<Axis, 3> three_axes(const ConvShape& shape) {
  std::array<Axis, 3> padded{};
  std::ranges::copy(shape.axes(), padded.end() - shape.rank);
  return padded;
}

template <class Size>
std::int64_t product(const std::array<Axis, 3>& axis, Size size) {
  return std::transform_reduce(axis.begin(), axis.end(), std::int64_t{1}, std::multiplies{},
                               [&](const Axis& one) { return std::invoke(size, one); });
}

}  // namespace

Geometry::Geometry(const ConvProblem& problem)
    : axis(three_axes(problem.shape())),
      out{axis[0].out(), axis[1].out(), axis[2].out()},
      images(problem->batch),
      groups(problem->groups),
      channels(problem->in_channels / problem->groups),
      filters(problem->out_channels / problem->groups),
      taps(product(axis, &Axis::filter)),
      inputs(product(axis, &Axis::in)),
      positions(product(axis, &Axis::out)),
      flip(problem->flip),
      unshared(problem->unshared) {}

bool Geometry::bare() const {
  return std::ranges::all_of(axis, [](const Axis& one) {
    return one.filter == 1 && one.stride == 1 && one.pad_left == 0 && one.out() == one.in;
  });
}

}  // namespace convtune::blas
