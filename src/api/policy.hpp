#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <convtune/constraints.hpp>
#include <convtune/problem.hpp>

namespace convtune {

/// One of Theano's names, read for a problem on a CPU.
struct Policy {
  enum class Kind {
    family,  ///< the best measured row that `constraints` allow, else the family's default
    guess,   ///< the library's heuristic, whatever was measured
    time,    ///< the measured row, and measuring on a miss
  } kind = Kind::family;
  Constraints constraints;  ///< the caller's, narrowed to the family
  std::string family;       ///< tag that the family goes by; empty: it is no matter of tags
};

/// Theano's names that there are for a direction and a number of spatial axes, static ones first.
std::vector<std::string_view> policy_names(Direction direction, int rank);

/// Throws Error(bad_input) for a name that there is not, or not for this direction or rank. The
/// message lists those that there are.
Policy read_policy(const std::string& name, const ConvProblem& problem,
                   const Constraints& constraints);

}  // namespace convtune
