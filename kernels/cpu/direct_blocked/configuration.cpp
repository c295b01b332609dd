#include "configuration.hpp"

#include <fmt/format.h>

#include "../shared/take_number.hpp"

namespace convtune::direct_blocked {
namespace {

std::string_view name(Form form) {
  return form == Form::channels ? "channels" : "pixels";
}

}  // namespace

std::string text(const Configuration& c) {
  const std::string split = c.block == 0 ? "filters" : fmt::format("rows{}", c.block);
  return fmt::format("{}{}x{}.{}", name(c.form), c.rows, c.vectors, split);
}

std::optional<Configuration> parse_configuration(std::string_view written) {
  Configuration c;
  c.form = written.starts_with(name(Form::pixels)) ? Form::pixels : Form::channels;
  std::string_view rest = written;
  if (!cpu::take_number(rest, name(c.form), c.rows) || !cpu::take_number(rest, "x", c.vectors))
    return std::nullopt;
  if (rest == ".filters")
    c.block = 0;
  else if (!cpu::take_number(rest, ".rows", c.block))
    return std::nullopt;
  // Nothing follows, and numbers are written in one way.
  return text(c) == written ? std::optional(c) : std::nullopt;
}

}  // namespace convtune::direct_blocked
