#pragma once

#include <string>
#include <string_view>

#include <convtune/problem_list.hpp>

namespace convtune {

/// A list as bytes, on its way from one process to another.
std::string packed(const ProblemList& list);

/// Throws Error(bad_input) for what `packed` did not give.
ProblemList unpacked(std::string_view bytes);

}  // namespace convtune
