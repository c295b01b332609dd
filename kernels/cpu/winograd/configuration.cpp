#include "configuration.hpp"

#include <fmt/format.h>

#include "../shared/configuration_text.hpp"

namespace convtune::winograd {

std::string text(const Configuration& c) {
  return fmt::format("f{}.{}x{}.{}{}", c.outputs, c.registers.rows, c.registers.vectors,
                     cpu::shares_text(c.rows),
                     c.channels == 0 ? "" : fmt::format(".channels{}", c.channels));
}

std::optional<Configuration> parse_configuration(std::string_view written) {
  Configuration c;
  std::string_view rest = written;
  const bool taken = cpu::take_number(rest, "f", c.outputs) &&
                     cpu::take_number(rest, ".", c.registers.rows) &&
                     cpu::take_number(rest, "x", c.registers.vectors) && rest.starts_with('.');
  if (!taken) return std::nullopt;
  rest.remove_prefix(1);
  // Nothing follows, and numbers are written in one way.
  if (!cpu::take_shares(rest, c.rows)) return std::nullopt;
  if (!rest.empty() && !cpu::take_number(rest, ".channels", c.channels)) return std::nullopt;
  if (text(c) != written) return std::nullopt;
  return c;
}

}  // namespace convtune::winograd
