#include "configuration.hpp"

#include <fmt/format.h>

#include "../shared/configuration_text.hpp"

namespace convtune::depthwise {

std::string text(const Configuration& c) {
  switch (c.way) {
    case Configuration::Way::planes: return "planes";
    case Configuration::Way::padded: return "padded";
    case Configuration::Way::channels: return "channels";
    default: return fmt::format("columns{}", c.vectors);
  }
}

std::optional<Configuration> parse_configuration(std::string_view written) {
  if (written == "planes") return Configuration{.way = Configuration::Way::planes};
  if (written == "padded") return Configuration{.way = Configuration::Way::padded};
  if (written == "channels") return Configuration{.way = Configuration::Way::channels};
  Configuration c;
  std::string_view rest = written;
  // Numbers are written in one way.
  if (!cpu::take_number(rest, "columns", c.vectors) || text(c) != written) return std::nullopt;
  return c;
}

}  // namespace convtune::depthwise
