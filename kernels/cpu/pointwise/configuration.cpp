#include "configuration.hpp"

#include <charconv>

#include <fmt/format.h>

namespace convtune::pointwise {
namespace {

/// Takes `word` and then a number off the front.
template <class Number>
bool take(std::string_view& text, std::string_view word, Number& number) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 1) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

std::string text(const Configuration& c) {
  if (c.form == Form::pixels)
    return fmt::format("pixels{}x{}.block{}k", c.rows, c.vectors, c.block);
  return fmt::format("channels{}x{}.{}", c.rows, c.vectors, c.block == 0 ? "image" : "filters");
}

std::optional<Configuration> parse_configuration(std::string_view written) {
  Configuration c;
  c.form = written.starts_with("pixels") ? Form::pixels : Form::channels;
  std::string_view rest = written;
  if (!take(rest, c.form == Form::pixels ? "pixels" : "channels", c.rows) ||
      !take(rest, "x", c.vectors))
    return std::nullopt;
  if (c.form == Form::pixels && !take(rest, ".block", c.block)) return std::nullopt;
  if (c.form == Form::channels) c.block = rest == ".filters" ? 1 : 0;
  // Numbers and words are written in one way.
  return text(c) == written ? std::optional(c) : std::nullopt;
}

}  // namespace convtune::pointwise
