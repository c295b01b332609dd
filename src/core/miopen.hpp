#pragma once

#include <string_view>
#include <vector>

#include <convtune/problem_list.hpp>

#include "words.hpp"

namespace convtune {

/// Whether `line` holds a command of MIOpenDriver: its name somewhere, a kind of convolution and
/// its flags ("convfp16 -n 128"), or flags alone ("-n 128 -c 3").
bool looks_like_miopen(std::string_view line);

/// The problems of such a line; none if the command is of another operation. "-F" may ask for
/// several directions; "-m trans" is the gradient of a convolution with the channels swapped.
/// Throws SyntaxError or InvalidProblem.
std::vector<ListedProblem> parse_miopen(std::string_view line);

/// The flags of such a line that are not understood: MIOpenDriver has none of that name, or it
/// changes the tensors in a way that no problem can say. Empty for a line of another grammar.
std::vector<Word> foreign_miopen_flags(std::string_view line);

}  // namespace convtune
