#include "syntax_error.hpp"

#include <algorithm>
#include <utility>

#include <convtune/problem_list.hpp>

namespace convtune {
namespace {

bool word_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9');
}

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

/// Bytes of the printable UTF-8 character that `text` begins with; 0: there is none.
std::size_t character_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return first >= ' ' && first != 0x7F ? 1 : 0;
  const std::size_t length = first >= 0xC2 && first < 0xE0   ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if (!is_continuation(text[i])) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool control = first == 0xC2 && second < 0xA0;
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool beyond = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  return control || overlong || beyond ? 0 : length;
}

/// The word, the single character, or the end at `position`.
std::string found(std::string_view text, std::size_t position) {
  if (position >= text.size()) return "the end";
  std::size_t end = position;
  while (end < text.size()) {
    const std::size_t letter = character_length(text.substr(end));
    if (!word_byte(text[end]) && letter < 2) break;
    end += letter;
  }
  return in_quotes(text.substr(position, std::max(end - position, std::size_t{1})));
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text.substr(at));
    shown += length == 0 ? "?" : text.substr(at, length);
    at += std::max<std::size_t>(length, 1);
  }
  return shown;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::size_t end = std::min(longest, text.size());
  while (end < text.size() && end > 0 && is_continuation(text[end])) --end;
  return "'" + printable(text.substr(0, end)) + (end < text.size() ? "..." : "") + "'";
}

SyntaxError::SyntaxError(std::string_view text, std::size_t position, const std::string& expected)
    : SyntaxError(text, position, "found " + found(text, position) + ", expected " + expected, 0) {}

SyntaxError::SyntaxError(std::string_view text, std::size_t position, std::string finding, int)
    : Error(ErrorCode::bad_input,
            "column " + std::to_string(position + 1) + " of " + in_quotes(text) + ": " + finding),
      column_(position + 1),
      finding_(std::move(finding)) {}

}  // namespace convtune
