#pragma once

#include <string>
#include <string_view>

namespace convtune {

/// True if `text` as a whole matches `pattern`: '*' is any text, '?' any character, [abc], [a-z]
/// and [!a-z] one of a set, everything else itself. A '[' without its ']' is itself, and so is
/// every pattern as a whole.
bool matches(std::string_view pattern, std::string_view text);

/// True if there can be a text that begins with `start` and that `pattern` matches.
bool may_match_behind(std::string_view pattern, std::string_view start);

/// The pattern that matches `text` and nothing else.
std::string literal(std::string_view text);

}  // namespace convtune
