#pragma once

#include <cstdint>
#include <vector>

#include <convtune/problem.hpp>

namespace convtune {

/// As the functions of ConvProblem, for a description whose axes are known to be sound.
std::vector<std::int64_t> extents(const ConvShape& shape, Role role);
DataType type_of(const ConvShape& shape, Role role);

}  // namespace convtune
