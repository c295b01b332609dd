// The oracle against its definition written out product by product, and against the identities
// that tie the three directions together.
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include <convtune/reference.hpp>

#include "random_problem.hpp"

namespace convtune {
namespace {

using Values = std::vector<double>;
using Index = std::vector<std::int64_t>;

/// Counts through every index below `sizes`.
template <typename Visit>
void for_each_index(const Index& sizes, Visit visit) {
  for (const std::int64_t size : sizes)
    if (size == 0) return;
  Index index(sizes.size(), 0);
  for (;;) {
    visit(index);
    std::size_t i = sizes.size();
    while (i > 0 && ++index[i - 1] == sizes[i - 1]) index[--i] = 0;
    if (i == 0) return;
  }
}

std::size_t flat(const Index& sizes, const Index& index) {
  std::int64_t at = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) at = at * sizes[i] + index[i];
  return static_cast<std::size_t>(at);
}

/// Calls visit(source element, filter element, destination element) for every product.
template <typename Visit>
void for_each_product(const ConvProblem& problem, Visit visit) {
  const Index source = extents(problem, Role::source), filter = extents(problem, Role::filter);
  const Index destination = extents(problem, Role::destination);
  const std::int64_t channels = problem->in_channels / problem->groups;
  Index taps = {channels};
  for (const Axis& axis : problem->axes()) taps.push_back(axis.filter);

  for_each_index(destination, [&](const Index& out) {
    for_each_index(taps, [&](const Index& tap) {
      const std::int64_t k = out[1], group = k / (problem->out_channels / problem->groups);
      Index read = {out[0], group * channels + tap[0]}, weight = {k};
      if (problem->unshared) weight.insert(weight.end(), out.begin() + 2, out.end());
      weight.push_back(tap[0]);
      for (std::size_t i = 0; i < problem->axes().size(); ++i) {
        const Axis& axis = problem->axes()[i];
        const std::int64_t t = tap[i + 1];
        read.push_back(out[i + 2] * axis.stride + t * axis.dilation - axis.pad_left);
        if (read.back() < 0 || read.back() >= axis.in) return;
        weight.push_back(problem->flip ? axis.filter - 1 - t : t);
      }
      visit(flat(source, read), flat(filter, weight), flat(destination, out));
    });
  });
}

struct Data {
  Values source, filter, destination, bias;

  Data(const ConvProblem& problem, std::mt19937_64& random) {
    std::uniform_int_distribution<int> integers(-4, 4);
    const auto fill = [&](Values& values, Role role) {
      values.resize(static_cast<std::size_t>(elements(problem, role)));
      for (double& value : values) value = integers(random);
    };
    fill(source, Role::source);
    fill(filter, Role::filter);
    fill(destination, Role::destination);
    fill(bias, Role::bias);
  }
  PlainTensors tensors() const {
    return {source.data(), filter.data(), destination.data(), bias.data()};
  }
  const Values& of(Role role) const {
    return role == Role::source ? source : role == Role::filter ? filter : destination;
  }
};

std::vector<ReferenceValue> by_definition(const ConvProblem& problem, const Data& data) {
  const Role role = output_role(problem->direction);
  std::vector<ReferenceValue> sums(data.of(role).size());
  for_each_product(problem, [&](std::size_t x, std::size_t w, std::size_t y) {
    const double product = role == Role::destination ? data.source[x] * data.filter[w]
                           : role == Role::source    ? data.destination[y] * data.filter[w]
                                                     : data.source[x] * data.destination[y];
    ReferenceValue& sum = sums[role == Role::destination ? y : role == Role::source ? x : w];
    sum.value += product;
    sum.magnitude += std::abs(product);
  });
  const Index destination = extents(problem, Role::destination);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto add = [&](double value) {
      sums[i].value += value;
      sums[i].magnitude += std::abs(value);
    };
    std::int64_t plane = 1;
    for (std::size_t axis = 2; axis < destination.size(); ++axis) plane *= destination[axis];
    if (problem->bias) add(data.bias[i / static_cast<std::size_t>(plane) % data.bias.size()]);
    if (problem->accumulate) add(data.of(role)[i]);
    if (problem->relu) sums[i].value = std::max(sums[i].value, 0.0);
  }
  return sums;
}

constexpr ProblemRange small = {.channels = 3, .extent = 8, .any_type = false};

/// Integer data: both sides are exact.
TEST(Reference, IsItsDefinition) {
  std::mt19937_64 random(7);
  int by_direction[3] = {};
  for (int i = 0; i < 1500; ++i) {
    const ConvProblem problem = random_problem(random, small);
    if (multiply_accumulates(problem) > 60000) continue;
    ++by_direction[static_cast<int>(problem->direction)];
    const Data data(problem, random);
    const std::vector<ReferenceValue> expected = by_definition(problem, data);
    std::vector<ReferenceValue> found(expected.size());
    reference(problem, data.tensors(), 0, found);
    for (std::size_t e = 0; e < expected.size(); ++e) {
      ASSERT_EQ(found[e].value, expected[e].value) << text(problem) << " at " << e;
      ASSERT_EQ(found[e].magnitude, expected[e].magnitude) << text(problem) << " at " << e;
    }
  }
  for (const int count : by_direction) EXPECT_GT(count, 300);
}

TEST(Reference, GivesEqualValuesInAnyRange) {
  std::mt19937_64 random(8);
  for (int i = 0; i < 200; ++i) {
    const ConvProblem problem = random_problem(random, small);
    const Data data(problem, random);
    std::vector<ReferenceValue> whole(data.of(output_role(problem->direction)).size());
    reference(problem, data.tensors(), 0, whole);
    for (std::size_t first = 0; first < whole.size();) {
      const std::size_t count =
          std::min(std::uniform_int_distribution<std::size_t>(1, 40)(random), whole.size() - first);
      std::vector<ReferenceValue> part(count);
      reference(problem, data.tensors(), static_cast<std::int64_t>(first), part);
      for (std::size_t e = 0; e < count; ++e, ++first) {
        ASSERT_EQ(part[e].value, whole[first].value) << text(problem) << " at " << first;
        ASSERT_EQ(part[e].magnitude, whole[first].magnitude) << text(problem) << " at " << first;
      }
    }
  }
}

/// The result of `direction` on the tensors of `problem`, without an epilogue.
Values gradient(ConvShape shape, Direction direction, const Data& data) {
  shape.direction = direction;
  shape.bias = shape.relu = shape.accumulate = false;
  const ConvProblem problem = ConvProblem::make(shape);
  std::vector<ReferenceValue> values(data.of(output_role(direction)).size());
  reference(problem, data.tensors(), 0, values);
  Values result;
  for (const ReferenceValue& value : values) result.push_back(value.value);
  return result;
}

double inner(const Values& a, const Values& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// <y, fwd(x, w)> = <bwdd(y, w), x> = <bwdw(x, y), w>, larger than the definition could walk.
TEST(Reference, HasAdjointDirections) {
  std::mt19937_64 random(9);
  for (int i = 0; i < 300; ++i) {
    const ConvProblem problem =
        random_problem(random, {.channels = 8, .extent = 14, .any_type = false});
    const Data data(problem, random);
    const double forward =
        inner(data.destination, gradient(problem.shape(), Direction::forward, data));
    EXPECT_EQ(forward,
              inner(data.source, gradient(problem.shape(), Direction::backward_data, data)))
        << text(problem);
    EXPECT_EQ(forward,
              inner(data.filter, gradient(problem.shape(), Direction::backward_weights, data)))
        << text(problem);
  }
}

}  // namespace
}  // namespace convtune
