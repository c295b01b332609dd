#include "glob.hpp"

#include <optional>

namespace convtune {
namespace {

struct OneCharacter {
  std::size_t length = 1;  // of the pattern's part
  bool matches = false;
};

OneCharacter set_matches(std::string_view pattern, char character) {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  const std::size_t first = at;
  bool found = false;
  // A ']' right after the opening is one of the set.
  for (; at < pattern.size() && (pattern[at] != ']' || at == first); ++at) {
    if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
      found = found || (pattern[at] <= character && character <= pattern[at + 2]);
      at += 2;
    } else {
      found = found || pattern[at] == character;
    }
  }
  if (at >= pattern.size()) return {.length = 1, .matches = character == '['};
  return {.length = at + 1, .matches = found != negated};
}

OneCharacter first_matches(std::string_view pattern, char character) {
  if (pattern.front() == '?') return {.matches = true};
  if (pattern.front() == '[') return set_matches(pattern, character);
  return {.matches = pattern.front() == character};
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
  if (pattern == text) return true;  // a decorator's text has brackets in it
  std::size_t p = 0, t = 0;
  std::optional<std::size_t> star;  // of the last '*', and where its text ends so far
  std::size_t star_end = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = t;
      continue;
    }
    if (p < pattern.size()) {
      const OneCharacter one = first_matches(pattern.substr(p), text[t]);
      if (one.matches) {
        p += one.length;
        ++t;
        continue;
      }
    }
    if (!star) return false;
    p = *star + 1;
    t = ++star_end;
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool may_match_behind(std::string_view pattern, std::string_view start) {
  for (const char character : start) {
    if (pattern.starts_with('*')) return true;
    if (pattern.empty()) return false;
    const OneCharacter one = first_matches(pattern, character);
    if (!one.matches) return false;
    pattern.remove_prefix(one.length);
  }
  return true;
}

std::string literal(std::string_view text) {
  std::string pattern;
  for (const char letter : text) {
    const bool special = letter == '*' || letter == '?' || letter == '[';
    pattern += special ? std::string{'[', letter, ']'} : std::string(1, letter);
  }
  return pattern;
}

}  // namespace convtune
