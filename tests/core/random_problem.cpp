#include "random_problem.hpp"

namespace convtune {
namespace {

std::int64_t draw(std::mt19937_64& random, std::int64_t least, std::int64_t most) {
  return std::uniform_int_distribution<std::int64_t>(least, most)(random);
}

bool coin(std::mt19937_64& random, int in = 2) {
  return draw(random, 1, in) == 1;
}

Axis random_axis(std::mt19937_64& random, std::int64_t extent) {
  Axis axis = {.in = draw(random, 1, extent), .filter = draw(random, 1, 4)};
  axis.pad_left = draw(random, 0, 3);
  axis.pad_right = coin(random) ? axis.pad_left : draw(random, -2, 4);
  axis.stride = draw(random, 1, 3);
  axis.dilation = draw(random, 1, 3);
  return axis;
}

template <typename Enum>
Enum one_of(std::mt19937_64& random, Enum last) {
  return static_cast<Enum>(draw(random, 0, static_cast<std::int64_t>(last)));
}

ConvShape random_shape(std::mt19937_64& random, const ProblemRange& range) {
  ConvShape shape;
  shape.direction = one_of(random, Direction::backward_weights);
  shape.rank = static_cast<int>(draw(random, 1, 3));
  for (Axis& axis : shape.axes()) axis = random_axis(random, range.extent);
  shape.groups = coin(random) ? 1 : draw(random, 1, 3);
  shape.batch = draw(random, coin(random, 20) ? 0 : 1, 3);
  shape.in_channels = shape.groups * draw(random, coin(random, 20) ? 0 : 1, range.channels);
  shape.out_channels = shape.groups * draw(random, coin(random, 20) ? 0 : 1, range.channels);
  shape.flip = coin(random);
  shape.unshared = shape.rank == 2 && coin(random, 4);
  shape.accumulate = coin(random, 3);
  shape.bias = shape.direction == Direction::forward && coin(random, 3);
  shape.relu = shape.direction == Direction::forward && coin(random, 3);
  if (!range.any_type) {
    shape.source_type = shape.filter_type = shape.destination_type = shape.accumulation =
        DataType::f64;
    return shape;
  }
  shape.constant_weights = coin(random, 4);
  shape.source_type = one_of(random, DataType::s32);
  shape.filter_type = coin(random) ? shape.source_type : one_of(random, DataType::s32);
  shape.destination_type = coin(random) ? shape.source_type : one_of(random, DataType::s32);
  shape.accumulation =
      coin(random) ? usual_accumulation(shape.source_type) : one_of(random, DataType::s32);
  shape.source_layout = one_of(random, Layout::any);
  shape.filter_layout = coin(random) ? shape.source_layout : one_of(random, Layout::any);
  shape.destination_layout = coin(random) ? shape.source_layout : one_of(random, Layout::any);
  return shape;
}

}  // namespace

ConvProblem random_problem(std::mt19937_64& random, const ProblemRange& range) {
  for (;;) try {
      return ConvProblem::make(random_shape(random, range));
    } catch (const InvalidProblem&) {
      continue;  // draw again
    }
}

}  // namespace convtune
