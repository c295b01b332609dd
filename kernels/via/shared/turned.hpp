#pragma once

#include <convtune/accelerator.hpp>
#include <convtune/problem.hpp>

namespace convtune::via {

/// Where a tensor of the inner problem comes from.
struct Turned {
  Role from = Role::source;  ///< the outer problem's tensor
  bool swapped = false;      ///< its two outermost axes change places
  bool flipped = false;      ///< its spatial axes run backwards
};

/// True where the bytes lie as they must already: nothing is flipped, and of two axes that change
/// places one has a single entry.
bool as_it_lies(const ConvProblem& outer, const Turned& turned);

/// What brings the outer problem's tensor at `from` to `to`, as `turned` says.
PlaneCopy turn(const ConvProblem& outer, const Turned& turned, const void* from, void* to);

/// The way back: from the inner problem's tensor into the outer one's.
PlaneCopy turn_back(const ConvProblem& outer, const Turned& turned, const void* from, void* to);

/// Copies in the memory of the program, with `threads` threads.
void copy_planes(const PlaneCopy& copy, int threads);

}  // namespace convtune::via
