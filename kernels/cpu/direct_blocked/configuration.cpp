#include "configuration.hpp"

#include <fmt/format.h>

#include "../shared/configuration_text.hpp"

namespace convtune::direct_blocked {
namespace {

std::string_view name(Form form) {
  return form == Form::channels ? "channels" : "pixels";
}

}  // namespace

std::string text(const Configuration& c) {
  return fmt::format("{}{}x{}.{}", name(c.form), c.rows, c.vectors, cpu::shares_text(c.block));
}

std::optional<Configuration> parse_configuration(std::string_view written) {
  Configuration c;
  c.form = written.starts_with(name(Form::pixels)) ? Form::pixels : Form::channels;
  std::string_view rest = written;
  const bool taken = cpu::take_number(rest, name(c.form), c.rows) &&
                     cpu::take_number(rest, "x", c.vectors) && rest.starts_with('.');
  if (!taken) return std::nullopt;
  rest.remove_prefix(1);
  // Nothing follows, and numbers are written in one way.
  if (!cpu::take_shares(rest, c.block) || text(c) != written) return std::nullopt;
  return c;
}

}  // namespace convtune::direct_blocked
