#include "configuration.hpp"

#include <charconv>

#include <fmt/format.h>

namespace convtune::depthwise {

std::string text(const Configuration& c) {
  switch (c.way) {
    case Configuration::Way::padded: return "padded";
    case Configuration::Way::channels: return "channels";
    default: return fmt::format("rows{}", c.rows);
  }
}

std::optional<Configuration> parse_configuration(std::string_view written) {
  if (written == "padded") return Configuration{.way = Configuration::Way::padded};
  if (written == "channels") return Configuration{.way = Configuration::Way::channels};
  constexpr std::string_view word = "rows";
  if (!written.starts_with(word)) return std::nullopt;
  Configuration c;
  const char* const end = written.data() + written.size();
  const auto read = std::from_chars(written.data() + word.size(), end, c.rows);
  // Numbers are written in one way.
  if (read.ec != std::errc() || c.rows < 1 || text(c) != written) return std::nullopt;
  return c;
}

}  // namespace convtune::depthwise
