#include "configuration.hpp"

#include <fmt/format.h>

#include "../shared/take_number.hpp"

namespace convtune::fft {

std::string text(const Configuration& c) {
  const std::string split = c.rows == 0 ? "filters" : fmt::format("rows{}", c.rows);
  return fmt::format("tile{}.{}x{}.{}", c.tile, c.registers.rows, c.registers.vectors, split);
}

std::optional<Configuration> parse_configuration(std::string_view written) {
  Configuration c;
  std::string_view rest = written;
  const bool tile = cpu::take_number(rest, "tile", c.tile) &&
                    cpu::take_number(rest, ".", c.registers.rows) &&
                    cpu::take_number(rest, "x", c.registers.vectors);
  if (!tile) return std::nullopt;
  if (rest == ".filters") {
    c.rows = 0;
    rest = {};
  } else if (!cpu::take_number(rest, ".rows", c.rows)) {
    return std::nullopt;
  }
  // Nothing follows, and numbers are written in one way.
  if (!rest.empty() || text(c) != written) return std::nullopt;
  return c;
}

}  // namespace convtune::fft
