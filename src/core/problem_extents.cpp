// Sizes that follow from a problem.
#include "problem_extents.hpp"

namespace convtune {

Role output_role(Direction direction) {
  switch (direction) {
    case Direction::forward: return Role::destination;
    case Direction::backward_data: return Role::source;
    case Direction::backward_weights: return Role::filter;
  }
  return Role::destination;
}

std::vector<std::int64_t> extents(const ConvShape& shape, Role role) {
  std::vector<std::int64_t> sizes;
  switch (role) {
    case Role::source:
      sizes = {shape.batch, shape.in_channels};
      for (const Axis& axis : shape.axes()) sizes.push_back(axis.in);
      break;
    case Role::filter:
      sizes = {shape.out_channels};
      if (shape.unshared)
        for (const Axis& axis : shape.axes()) sizes.push_back(axis.out());
      sizes.push_back(shape.in_channels / shape.groups);
      for (const Axis& axis : shape.axes()) sizes.push_back(axis.filter);
      break;
    case Role::destination:
      sizes = {shape.batch, shape.out_channels};
      for (const Axis& axis : shape.axes()) sizes.push_back(axis.out());
      break;
    case Role::bias: sizes = {shape.out_channels}; break;
  }
  return sizes;
}

DataType type_of(const ConvShape& shape, Role role) {
  switch (role) {
    case Role::source: return shape.source_type;
    case Role::filter: return shape.filter_type;
    case Role::destination: return shape.destination_type;
    case Role::bias: return shape.accumulation;
  }
  return shape.accumulation;
}

std::vector<std::int64_t> extents(const ConvProblem& problem, Role role) {
  return extents(problem.shape(), role);
}

DataType type_of(const ConvProblem& problem, Role role) {
  return type_of(problem.shape(), role);
}

Layout layout_of(const ConvProblem& problem, Role role) {
  switch (role) {
    case Role::source: return problem->source_layout;
    case Role::filter: return problem->filter_layout;
    case Role::destination: return problem->destination_layout;
    case Role::bias: break;
  }
  return Layout::channels_first;
}

std::int64_t elements(const ConvProblem& problem, Role role) {
  std::int64_t product = 1;
  for (const std::int64_t extent : extents(problem, role)) product *= extent;
  return product;
}

std::size_t bytes(const ConvProblem& problem, Role role) {
  return static_cast<std::size_t>(elements(problem, role)) * size_of(type_of(problem, role));
}

double multiply_accumulates(const ConvProblem& problem) {
  const std::int64_t channels = problem->in_channels / problem->groups;
  auto product = static_cast<double>(channels);
  for (const std::int64_t extent : extents(problem, Role::destination))
    product *= static_cast<double>(extent);
  for (const Axis& axis : problem->axes()) product *= static_cast<double>(axis.filter);
  return product;
}

}  // namespace convtune
