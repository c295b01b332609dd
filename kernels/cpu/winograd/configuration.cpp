#include "configuration.hpp"

#include <fmt/format.h>

#include "../shared/configuration_text.hpp"

namespace convtune::winograd {

std::string text(const Configuration& c) {
  std::string text = fmt::format("f{}.{}x{}.{}", c.outputs, c.registers.rows, c.registers.vectors,
                                 c.share_filters ? "filters" : "rows");
  if (c.rows > 0) text += fmt::format("{}", c.rows);
  if (c.columns > 0) text += fmt::format("x{}", c.columns);
  if (c.channels > 0) text += fmt::format(".channels{}", c.channels);
  return text;
}

std::optional<Configuration> parse_configuration(std::string_view written) {
  Configuration c;
  std::string_view rest = written;
  const bool taken = cpu::take_number(rest, "f", c.outputs) &&
                     cpu::take_number(rest, ".", c.registers.rows) &&
                     cpu::take_number(rest, "x", c.registers.vectors);
  if (!taken) return std::nullopt;
  c.share_filters = rest.starts_with(".filters");
  if (rest == ".filters" || rest.starts_with(".filters.")) {
    c.rows = 0;
    rest.remove_prefix(std::string_view(".filters").size());
  } else if (!cpu::take_number(rest, c.share_filters ? ".filters" : ".rows", c.rows)) {
    return std::nullopt;
  }
  if (rest.starts_with('x') && !cpu::take_number(rest, "x", c.columns)) return std::nullopt;
  if (!rest.empty() && !cpu::take_number(rest, ".channels", c.channels)) return std::nullopt;
  // Nothing follows, and numbers are written in one way.
  if (text(c) != written) return std::nullopt;
  return c;
}

}  // namespace convtune::winograd
