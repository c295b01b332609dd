#include "configuration.hpp"

#include <fmt/format.h>

#include "../shared/configuration_text.hpp"

namespace convtune::pointwise {
std::string text(const Configuration& c) {
  if (c.form == Form::pixels)
    return fmt::format("pixels{}x{}.block{}k", c.rows, c.vectors, c.block);
  return fmt::format("channels{}x{}.{}", c.rows, c.vectors, c.block == 0 ? "image" : "filters");
}

std::optional<Configuration> parse_configuration(std::string_view written) {
  Configuration c;
  c.form = written.starts_with("pixels") ? Form::pixels : Form::channels;
  std::string_view rest = written;
  if (!cpu::take_number(rest, c.form == Form::pixels ? "pixels" : "channels", c.rows) ||
      !cpu::take_number(rest, "x", c.vectors))
    return std::nullopt;
  if (c.form == Form::pixels && !cpu::take_number(rest, ".block", c.block)) return std::nullopt;
  if (c.form == Form::channels) c.block = rest == ".filters" ? 1 : 0;
  // Numbers and words are written in one way.
  return text(c) == written ? std::optional(c) : std::nullopt;
}

}  // namespace convtune::pointwise
