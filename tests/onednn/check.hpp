#pragma once

#include <string>
#include <vector>

#include <convtune/implementation.hpp>

namespace convtune {

/// What running a candidate twice and comparing it with the reference found.
struct Checked {
  std::string fault;        ///< wrong in another way than by rounding; empty if not
  bool exact = false;       ///< bit-equal on small integers
  double scaled_max = 0;    ///< largest |y - ref| / (eps sum|x||w|) on numbers in [-1, 1]
  bool repeatable = false;  ///< two runs, bit by bit
};

/// The device of the tests: the threads that OpenMP has here.
Device test_device();

/// Prepares and runs `candidate` with exactly the memory that it declares, red zones around it.
Checked check(const Implementation& implementation, const ConvProblem& problem,
              const Candidate& candidate);

}  // namespace convtune
