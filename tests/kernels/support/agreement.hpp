#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <convtune/implementation.hpp>
#include <convtune/reference.hpp>

namespace convtune::testing_support {

/// How results are compared with the reference.
enum class Gate {
  exact,   ///< small integers, so few that every partial sum can be represented: equal bit by bit
  scaled,  ///< reals in [-1, 1]: |y - ref| <= c eps sum|x||w| for every output
};

/// One problem with inputs and what must come out.
class Case {
 public:
  Case(const ConvProblem& problem, Gate gate, std::uint64_t seed = 1);

  const ConvProblem& problem() const { return problem_; }
  Gate gate() const { return gate_; }
  /// Plain order, the problem's types. The output's: what it holds before.
  const std::vector<std::byte>& plain(Role role) const {
    return plain_[static_cast<std::size_t>(role)];
  }
  const std::vector<ReferenceValue>& expected() const { return expected_; }
  /// False where the gate says nothing: integers have no reals.
  bool applies() const { return applies_; }

 private:
  void fill(Role role, double density, std::uint64_t seed);
  void compute();

  ConvProblem problem_;
  Gate gate_;
  bool applies_ = true;
  std::vector<std::byte> plain_[4];
  std::vector<double> values_[4];
  std::vector<ReferenceValue> expected_;
};

/// Prepares the candidate and runs it twice on the case: what it declares must hold (configuration,
/// workspace, layouts, determinism), its result must pass the gate both times, inputs must stay
/// as they are and nothing outside the buffers may be written.
::testing::AssertionResult agrees(const Case& given, const Implementation& implementation,
                                  const Candidate& candidate, const Device& device);

/// Every candidate that `implementation` offers for the problems on each of
/// devices_of_every_isa(), of which there must be one; fails the test where one does not agree.
void expect_agreement_on_every_isa(const Implementation& implementation,
                                   const std::vector<std::string>& problems,
                                   const std::vector<Gate>& gates);

/// The command that repeats the check.
std::string reproduction(const ConvProblem& problem, const Candidate& candidate);

}  // namespace convtune::testing_support
