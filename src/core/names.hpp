#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace convtune {

/// The enumerator whose name is `name`, for a table that lists the names in enumerator order.
template <typename Enum>
std::optional<Enum> named(std::span<const std::string_view> names, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

template <typename Enum>
constexpr std::size_t index(Enum value) {
  return static_cast<std::size_t>(value);
}

}  // namespace convtune
