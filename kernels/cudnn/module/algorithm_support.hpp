#pragma once

#include <string>

#include <convtune/problem.hpp>

#include "algorithm.hpp"

namespace convtune::cudnn {

/// What keeps every legacy algorithm from a problem: what their descriptors cannot say, or types
/// that Theano never gave them. One clause; empty: nothing does.
std::string legacy_objection(const ConvProblem& problem);

/// What keeps one of them from a problem that the descriptors can say, whatever its math type:
/// Theano's table of types and ranks, and the shapes for which it silently took another one
/// (theano/gpuarray/cudnn_defs.py, c_code/dnn_fwd.c, dnn_gi.c, dnn_gw.c). One clause; empty:
/// nothing that is known without asking the library.
std::string objection(const Algorithm& algorithm, const ConvProblem& problem);

}  // namespace convtune::cudnn
