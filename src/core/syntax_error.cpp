#include "syntax_error.hpp"

#include <algorithm>
#include <utility>

namespace convtune {
namespace {

bool word_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9');
}

/// The word, the single byte, or the end at `position`.
std::string found(std::string_view text, std::size_t position) {
  if (position >= text.size()) return "the end";
  std::size_t end = position;
  while (end < text.size() && word_byte(text[end])) ++end;
  return in_quotes(text.substr(position, std::max<std::size_t>(end - position, 1)));
}

}  // namespace

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string shown;
  for (const char byte : text.substr(0, longest)) shown += byte >= ' ' && byte <= '~' ? byte : '?';
  return "'" + shown + (text.size() > longest ? "..." : "") + "'";
}

SyntaxError::SyntaxError(std::string_view text, std::size_t position, const std::string& expected)
    : SyntaxError(text, position, "found " + found(text, position) + ", expected " + expected, 0) {}

SyntaxError::SyntaxError(std::string_view text, std::size_t position, std::string finding, int)
    : Error(ErrorCode::bad_input,
            "column " + std::to_string(position + 1) + " of " + in_quotes(text) + ": " + finding),
      column_(position + 1),
      finding_(std::move(finding)) {}

}  // namespace convtune
