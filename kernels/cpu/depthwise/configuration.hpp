#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace convtune::depthwise {

/// How a convolution is computed: "columns4", "planes", "padded", "channels".
struct Configuration {
  enum class Way {
    columns,   ///< vectors along rows in place, so many side by side, from the top of a plane down
    planes,    ///< whole planes, whose rows are no longer than a vector
    padded,    ///< vectors along rows of a padded copy of a channel
    channels,  ///< a vector has a place of as many channels as it has lanes
  };
  Way way = Way::columns;
  int vectors = 0;  ///< of Way::columns, otherwise 0
  auto operator<=>(const Configuration&) const = default;
};

std::string text(const Configuration& configuration);
std::optional<Configuration> parse_configuration(std::string_view text);

}  // namespace convtune::depthwise
