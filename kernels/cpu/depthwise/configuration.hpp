#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace convtune::depthwise {

/// How a convolution is computed: "rows4", "planes", "padded", "channels".
struct Configuration {
  enum class Way {
    rows,      ///< vectors along rows in place, so many rows of outputs at a time
    planes,    ///< whole planes, whose rows are no longer than a vector
    padded,    ///< vectors along rows of a padded copy of a channel
    channels,  ///< a vector has a place of as many channels as it has lanes
  };
  Way way = Way::rows;
  int rows = 0;  ///< of Way::rows, otherwise 0
  auto operator<=>(const Configuration&) const = default;
};

std::string text(const Configuration& configuration);
std::optional<Configuration> parse_configuration(std::string_view text);

}  // namespace convtune::depthwise
