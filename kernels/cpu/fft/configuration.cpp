#include "configuration.hpp"

#include <fmt/format.h>

#include "../shared/configuration_text.hpp"

namespace convtune::fft {

std::string text(const Configuration& c) {
  return fmt::format("tile{}.{}x{}.{}", c.tile, c.registers.rows, c.registers.vectors,
                     cpu::shares_text(c.rows));
}

std::optional<Configuration> parse_configuration(std::string_view written) {
  Configuration c;
  std::string_view rest = written;
  const bool taken = cpu::take_number(rest, "tile", c.tile) &&
                     cpu::take_number(rest, ".", c.registers.rows) &&
                     cpu::take_number(rest, "x", c.registers.vectors) && rest.starts_with('.');
  if (!taken) return std::nullopt;
  rest.remove_prefix(1);
  // Nothing follows, and numbers are written in one way.
  if (!cpu::take_shares(rest, c.rows) || text(c) != written) return std::nullopt;
  return c;
}

}  // namespace convtune::fft
