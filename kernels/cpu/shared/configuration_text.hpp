#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

namespace convtune::cpu {

/// Parts of configurations' texts. Each is taken off the front of a text; false: something else is
/// there.

/// `word` and then a number of 1 or more.
template <class Number>
bool take_number(std::string_view& text, std::string_view word, Number& number) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 1) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

/// How threads share the work: "rows4", blocks of so many rows; "filters", the output channels of
/// an image (0 rows).
template <class Number>
std::string shares_text(Number rows) {
  return rows == 0 ? "filters" : fmt::format("rows{}", rows);
}
template <class Number>
bool take_shares(std::string_view& text, Number& rows) {
  constexpr std::string_view filters = "filters";
  if (!text.starts_with(filters)) return take_number(text, "rows", rows);
  text.remove_prefix(filters.size());
  rows = 0;
  return true;
}

}  // namespace convtune::cpu
