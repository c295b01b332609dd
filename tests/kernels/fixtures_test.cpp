// The oracle is checked by what is not ours: results made by SciPy and NumPy (make_fixtures.py),
// and Theano's causal convolution written down in its own tests.
#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <convtune/reference.hpp>

#include "support/offers.hpp"
#include "support/run.hpp"

namespace convtune {
namespace {

using namespace testing_support;

struct Fixture {
  ConvProblem problem;
  Tensors inputs;
  std::vector<double> expected;
};

std::vector<double> numbers(std::istream& words) {
  std::vector<double> read;
  for (double number = 0; words >> number;) read.push_back(number);
  return read;
}

std::vector<Fixture> fixtures() {
  std::ifstream file(CONVTUNE_FIXTURES);
  std::vector<Fixture> read;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "problem") {
      words >> word;
      read.push_back({parse_problem(word), {}, {}});
    } else if (word == "source") {
      read.back().inputs.source = numbers(words);
    } else if (word == "filter") {
      read.back().inputs.filter = numbers(words);
    } else if (word == "destination") {
      read.back().inputs.destination = numbers(words);
    } else if (word == "expect") {
      words >> word;  // which tensor it is follows from the direction
      read.back().expected = numbers(words);
    }
  }
  return read;
}

TEST(Fixtures, CoverDirectionsRanksAndBothFlips) {
  const auto all = fixtures();
  ASSERT_EQ(all.size(), 84U);
  for (const Direction direction :
       {Direction::forward, Direction::backward_data, Direction::backward_weights})
    for (const int rank : {1, 2, 3})
      for (const bool flip : {false, true})
        EXPECT_TRUE(std::ranges::any_of(all,
                                        [&](const Fixture& one) {
                                          return one.problem->direction == direction &&
                                                 one.problem->rank == rank &&
                                                 one.problem->flip == flip;
                                        }))
            << name(direction) << ' ' << rank << "-D, flip " << flip;
}

TEST(Fixtures, AgreeWithTheDefinition) {
  for (const Fixture& one : fixtures()) {
    SCOPED_TRACE(text(one.problem));
    std::vector<ReferenceValue> computed(one.expected.size());
    ASSERT_EQ(static_cast<std::int64_t>(computed.size()),
              elements(one.problem, output_role(one.problem->direction)));
    reference(one.problem,
              {.source = one.inputs.source.data(),
               .filter = one.inputs.filter.data(),
               .destination = one.inputs.destination.data()},
              0, computed);
    for (std::size_t i = 0; i < computed.size(); ++i)
      ASSERT_EQ(computed[i].value, one.expected[i]) << "output " << i;
  }
}

TEST(Fixtures, AgreeWithEveryImplementationThatTakesThem) {
  const Device device = test_device(1);
  for (const Implementation* implementation : all_implementations()) {
    if (!backend(implementation->backend()).unavailable().empty()) continue;
    for (const Fixture& one : fixtures())
      for (const Candidate& candidate : offer_of(*implementation, one.problem, device).candidates) {
        SCOPED_TRACE(text(one.problem) + ' ' + text(candidate));
        const std::vector<double> result =
            result_of(one.problem, *implementation, candidate, device, one.inputs);
        // Of small integers all sums are exact, but not what transforms make of them.
        if (candidate.inexact)
          EXPECT_THAT(result, testing::Pointwise(testing::DoubleNear(0.01), one.expected));
        else
          EXPECT_EQ(result, one.expected);
      }
  }
}

TEST(Fixtures, CausalConvolutionAsTheanoWroteItDown) {
  const ConvProblem problem = parse_problem("fwd.f64.nchw_n1c2i5k2f3s1p4:0d2g1_flip");
  const Tensors inputs{.source = {2, 4, 9, 5, 8, 0, 0, 4, 0, 5},
                       .filter = {5, 3, 1, 3, 1, 0, 6, 4, 9, 2, 2, 7},
                       .destination = {}};
  const std::vector<double> expected{10, 20, 63, 37, 88, 12, 24, 70, 46, 120};
  const Implementation& implementation = *find_implementation("cpu.reference");
  const Device device = test_device(1);
  const Candidate candidate = implementation.offer(problem, device).candidates.at(0);
  EXPECT_EQ(result_of(problem, implementation, candidate, device, inputs), expected);
}

}  // namespace
}  // namespace convtune
