// The three directions are one bilinear form seen from three sides: for any x, w and y
//   <y, forward(x, w)> = <backward_data(y, w), x> = <backward_weights(x, y), w>.
// In small integers all three are exact.
#include <algorithm>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "support/run.hpp"

namespace convtune {
namespace {

using namespace testing_support;

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }
  std::vector<double> integers(std::int64_t count) {
    std::vector<double> values(static_cast<std::size_t>(count));
    for (double& value : values) value = static_cast<double>(between(-4, 4));
    return values;
  }

 private:
  std::mt19937_64 random_;
};

/// Some problem in f64; drawn again until it is valid.
ConvProblem any_problem(Draw& draw) {
  for (;;) {
    ConvShape shape;
    shape.source_type = shape.filter_type = shape.destination_type = shape.accumulation =
        DataType::f64;
    shape.rank = static_cast<int>(draw.between(1, 3));
    shape.groups = draw.between(1, 3);
    shape.batch = draw.between(1, 3);
    shape.in_channels = shape.groups * draw.between(1, 3);
    shape.out_channels = shape.groups * draw.between(1, 3);
    for (Axis& axis : shape.axes())
      axis = {.in = draw.between(1, 8),
              .filter = draw.between(1, 4),
              .pad_left = draw.between(0, 4),
              .pad_right = draw.between(0, 4),
              .stride = draw.between(1, 3),
              .dilation = draw.between(1, 3)};
    shape.flip = draw.between(0, 1) == 1;
    shape.unshared = shape.rank == 2 && draw.between(0, 2) == 0;
    try {
      return ConvProblem::make(shape);
    } catch (const InvalidProblem&) {
      continue;
    }
  }
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

TEST(Adjoint, TheThreeDirectionsOfTheReferenceAreOneForm) {
  const Implementation& implementation = *find_implementation("cpu.reference");
  const Device device = test_device(2);
  Draw draw(20170101);
  for (int round = 0; round < 300; ++round) {
    const ConvProblem problem = any_problem(draw);
    const Tensors inputs{.source = draw.integers(elements(problem, Role::source)),
                         .filter = draw.integers(elements(problem, Role::filter)),
                         .destination = draw.integers(elements(problem, Role::destination))};
    const auto result = [&](Direction direction) {
      const ConvProblem turned = with(problem, direction, DataType::f64).value();
      const Candidate candidate = implementation.offer(turned, device).candidates.at(0);
      return result_of(turned, implementation, candidate, device, inputs);
    };
    const double form = dot(inputs.destination, result(Direction::forward));
    EXPECT_EQ(form, dot(inputs.source, result(Direction::backward_data))) << text(problem);
    EXPECT_EQ(form, dot(inputs.filter, result(Direction::backward_weights))) << text(problem);
  }
}

}  // namespace
}  // namespace convtune
