#include "configuration.hpp"

#include <charconv>

#include <fmt/format.h>

namespace convtune::winograd {
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
  const std::string split = c.rows == 0 ? "filters" : fmt::format("rows{}", c.rows);
  return fmt::format("f{}.{}x{}.{}", c.outputs, c.registers.rows, c.registers.vectors, split);
}

std::optional<Configuration> parse_configuration(std::string_view written) {
  Configuration c;
  std::string_view rest = written;
  const bool tile = take(rest, "f", c.outputs) && take(rest, ".", c.registers.rows) &&
                    take(rest, "x", c.registers.vectors);
  if (!tile) return std::nullopt;
  if (rest == ".filters") {
    c.rows = 0;
    rest = {};
  } else if (!take(rest, ".rows", c.rows)) {
    return std::nullopt;
  }
  // Nothing follows, and numbers are written in one way.
  if (!rest.empty() || text(c) != written) return std::nullopt;
  return c;
}

}  // namespace convtune::winograd
