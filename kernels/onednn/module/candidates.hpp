#pragma once

#include <optional>
#include <string>
#include <vector>

#include <convtune/implementation.hpp>

#include "library.hpp"

namespace convtune::onednn {

/// A kernel on the library's list for a problem, and the text that names it there.
struct Kernel {
  Algorithm algorithm = Algorithm::direct;
  Operation operation;
  std::string configuration;    ///< "direct/jit:avx512_core/nChw16c", "default"
  bool filter_in_name = false;  ///< two kernels differ in nothing else
};

/// Why the library is not asked at all; empty: it is.
std::string objection_to(const ConvProblem& problem);

/// Every kernel that the library lists for the algorithms `direct` and `winograd` in free layouts,
/// and in the problem's own where those are fixed; once each. Where a list is empty, `refusals`
/// says why.
std::vector<Kernel> list_kernels(const ConvProblem& problem, std::vector<Refusal>& refusals);

/// The first choice of the library's algorithm `auto` in free layouts.
std::optional<Kernel> default_kernel(const ConvProblem& problem);

/// What names `made`, a kernel that really exists, in the way of `kernel`.
std::string configuration(const ConvProblem& problem, const Kernel& kernel, const Operation& made);

/// Names of the layouts that a kernel works in.
Layouts layouts(const ConvProblem& problem, const Operation& operation);

/// The candidate of a kernel, but for what its route decides: workspace and layouts.
Candidate describe(const ConvProblem& problem, const Kernel& kernel);

}  // namespace convtune::onednn
