#pragma once

#include <string_view>
#include <vector>

#include <convtune/problem_list.hpp>

namespace convtune {

class BatchOptions;

/// Whether `text` could be a problem in some grammar, well-formed or not.
bool looks_like_problem(std::string_view text);

/// Reads one token of any grammar; `options` concern what its grammar leaves open. Throws
/// SyntaxError or InvalidProblem.
std::vector<ListedProblem> parse_any(std::string_view text, const BatchOptions& options);

}  // namespace convtune
