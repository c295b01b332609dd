#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace convtune::direct_blocked {

/// What the lanes of a vector are.
enum class Form {
  channels,  ///< output channels; pixels are broadcast, and sums turned on the way out
  pixels,    ///< neighbouring pixels of a row; filters are broadcast
};

/// How sums are computed: "channels14x2.rows8", "channels14x2.filters", "pixels8x3.rows4".
struct Configuration {
  Form form = Form::channels;
  /// Pixels (channels) or output channels (pixels), and vectors, summed in registers at once.
  int rows = 1, vectors = 1;
  /// Rows of outputs that a thread takes with all filters before the next ones; 0: the whole image,
  /// of which threads share the output channels.
  std::int64_t block = 1;
  auto operator<=>(const Configuration&) const = default;
};

std::string text(const Configuration& configuration);
std::optional<Configuration> parse_configuration(std::string_view text);

}  // namespace convtune::direct_blocked
