#include "amounts.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include <convtune/error.hpp>

namespace convtune {
namespace {

struct Unit {
  std::string_view name;
  double size;
};

constexpr std::array<Unit, 10> byte_units = {{{"", 1},
                                              {"b", 1},
                                              {"kb", 1e3},
                                              {"mb", 1e6},
                                              {"gb", 1e9},
                                              {"tb", 1e12},
                                              {"kib", 0x1p10},
                                              {"mib", 0x1p20},
                                              {"gib", 0x1p30},
                                              {"tib", 0x1p40}}};
constexpr std::array<Unit, 8> time_units = {{{"", 1},
                                             {"ms", 1e-3},
                                             {"s", 1},
                                             {"min", 60},
                                             {"m", 60},
                                             {"h", 3600},
                                             {"d", 86400},
                                             {"w", 7 * 86400.0}}};

/// One number and its unit from the front of `rest`, which loses them.
std::optional<double> take(std::string_view& rest, std::span<const Unit> units) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(rest.data(), rest.data() + rest.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || value < 0 || !std::isfinite(value)) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  const auto letters = std::ranges::find_if_not(
      rest, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  std::string unit(rest.begin(), letters);
  std::ranges::transform(unit, unit.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  const auto found = std::ranges::find(units, unit, &Unit::name);
  if (found == units.end()) return std::nullopt;
  rest.remove_prefix(unit.size());
  return value * found->size;
}

}  // namespace

std::size_t parse_bytes(const std::string& text) {
  std::string_view rest = text;
  const std::optional<double> bytes = take(rest, byte_units);
  if (!bytes || !rest.empty() || *bytes >= 0x1p63)
    throw Error(ErrorCode::bad_input,
                fmt::format("'{}' is not a size; expected a number of bytes such as 0, 4096, 1MB "
                            "or 64MiB.",
                            text));
  return static_cast<std::size_t>(std::llround(*bytes));
}

double parse_duration(const std::string& text) {
  std::string_view rest = text;
  double seconds = 0;
  do {
    const std::string_view before = rest;
    const std::optional<double> part = take(rest, time_units);
    // Without a unit: seconds, and nothing beside them.
    const bool bare = part && rest.data()[-1] >= '0' && rest.data()[-1] <= '9';
    if (!part || (bare && before.size() - rest.size() != text.size()))
      throw Error(ErrorCode::bad_input,
                  fmt::format("'{}' is not a length of time; expected one such as 90s, 10m, 1h30m "
                              "or 30d.",
                              text));
    seconds += *part;
  } while (!rest.empty());
  return seconds;
}

}  // namespace convtune
