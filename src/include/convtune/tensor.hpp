#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <convtune/problem.hpp>

namespace convtune {

/// Copies a tensor of `problem` from plain order (dense, channels first: see extents) into the
/// layout that the caller of the problem holds. `any` counts as channels first. Same element type.
void from_plain(const ConvProblem& problem, Role role, const void* plain, void* held);

/// The inverse of from_plain.
void to_plain(const ConvProblem& problem, Role role, const void* held, void* plain);

/// Converts elements between float64 and a tensor's type, rounding to nearest even; integers
/// saturate.
void from_double(std::span<const double> values, DataType type, void* elements);
void to_double(const void* elements, DataType type, std::span<double> values);

}  // namespace convtune
