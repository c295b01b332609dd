#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace convtune::pointwise {

/// What the lanes of a vector are.
enum class Form {
  pixels,    ///< neighbouring pixels, read where they lie
  channels,  ///< output channels; inputs are turned on the way
};

/// How a 1x1 convolution is computed: "pixels8x3.block128k", "channels14x2.image".
struct Configuration {
  Form form = Form::pixels;
  /// Output channels (pixels) or pixels (channels), and vectors, summed in registers at once.
  int rows = 1, vectors = 1;
  /// Of pixels: KiB of inputs that all output channels go over before the next ones. Of channels:
  /// 0: threads take images; 1: they share the output channels of one.
  std::int64_t block = 0;
  auto operator<=>(const Configuration&) const = default;
};

std::string text(const Configuration& configuration);
std::optional<Configuration> parse_configuration(std::string_view text);

}  // namespace convtune::pointwise
