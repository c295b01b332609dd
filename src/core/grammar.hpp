#pragma once

#include <string_view>
#include <vector>

#include <convtune/problem_list.hpp>

namespace convtune {

class BatchOptions;
class DeepBenchColumns;

/// Whether `text` could be a problem in some grammar, well-formed or not.
bool looks_like_problem(std::string_view text);

/// Whether `line` is of a grammar whose problems take a whole line: a oneDNN log, MIOpenDriver, or
/// a DeepBench tuple in the order of `columns`.
bool looks_like_line(std::string_view line, const DeepBenchColumns& columns);

/// The problems of such a line; none where the line is about something else. Throws SyntaxError or
/// InvalidProblem.
std::vector<ListedProblem> parse_line(std::string_view line, const DeepBenchColumns& columns);

/// Reads one token of any other grammar; `options` concern what its grammar leaves open. Throws
/// SyntaxError or InvalidProblem.
std::vector<ListedProblem> parse_any(std::string_view text, const BatchOptions& options);

}  // namespace convtune
