#include "geometry.hpp"

#include <algorithm>

namespace convtune::pointwise {

bool is_pointwise(const ConvProblem& problem) {
  return std::ranges::all_of(problem->axes(), [](const Axis& axis) { return axis.filter == 1; });
}

bool gathers(const ConvProblem& problem) {
  return std::ranges::any_of(problem->axes(), [](const Axis& axis) {
    return axis.stride != 1 || axis.pad_left != 0 || axis.out() != axis.in;
  });
}

std::int64_t pixels_of(const ConvProblem& problem) {
  std::int64_t pixels = 1;
  for (const Axis& axis : problem->axes()) pixels *= axis.out();
  return pixels;
}

ConvProblem in_a_row(const ConvProblem& problem) {
  ConvShape shape = problem.shape();
  shape.rank = 1;
  shape.axis = {};
  shape.axis[0].in = pixels_of(problem);
  shape.flip = false;
  return ConvProblem::make(shape);
}

}  // namespace convtune::pointwise
