#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

namespace convtune::cpu {

/// Takes `word` and then a number of 1 or more off the front of a configuration's text.
template <class Number>
bool take_number(std::string_view& text, std::string_view word, Number& number) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 1) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace convtune::cpu
