#pragma once

#include <string_view>
#include <vector>

#include <convtune/problem_list.hpp>

namespace convtune {

/// Whether a line that oneDNN's verbose mode wrote stands in `text`, whatever stands around it.
bool holds_verbose_line(std::string_view text);

/// The problem that a line of oneDNN 1 to 3 says was executed; none for other primitives and for
/// lines about creation. A deconvolution is the gradient of a convolution. Where tensors are
/// blocked, their layout is `any`. Throws SyntaxError or InvalidProblem.
std::vector<ListedProblem> parse_verbose_line(std::string_view line);

/// What of the line's attributes no problem can say ("eltwise_tanh"), or nothing.
std::string_view unsaid_post_operations(std::string_view line);

}  // namespace convtune
