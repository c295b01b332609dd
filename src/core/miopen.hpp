#pragma once

#include <string_view>
#include <vector>

#include <convtune/problem_list.hpp>

namespace convtune {

/// Whether `line` holds a command of MIOpenDriver: its name somewhere, a kind of convolution and
/// its flags ("convfp16 -n 128"), or flags alone ("-n 128 -c 3").
bool looks_like_miopen(std::string_view line);

/// The problems of such a line; none if the command is of another operation. "-F" may ask for
/// several directions; "-m trans" is the gradient of a convolution with the channels swapped.
/// Throws SyntaxError or InvalidProblem.
std::vector<ListedProblem> parse_miopen(std::string_view line);

}  // namespace convtune
