#pragma once

#include <cstddef>

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

/// Copies the outer problem's tensor `from` into `to` as `turned` says, with `threads` threads.
void turn(const ConvProblem& outer, const Turned& turned, const void* from, void* to, int threads);

/// The way back: from the inner problem's tensor into the outer one's.
void turn_back(const ConvProblem& outer, const Turned& turned, const void* from, void* to,
               int threads);

}  // namespace convtune::via
