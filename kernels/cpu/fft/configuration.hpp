#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "../shared/tile_gemm.hpp"

namespace convtune::fft {

/// How a convolution is computed: "tile16.6x2.rows5", "tile32.14x1.filters".
struct Configuration {
  int tile = 16;                     ///< pixels of a tile along both axes
  cpu::RegisterTile registers = {};  ///< tiles, and vectors of output channels, summed together
  /// Rows of tiles, of one image or several, that a thread takes through all steps before the next
  /// ones; 0: all of an image, and threads share the output channels instead.
  std::int64_t rows = 1;
  auto operator<=>(const Configuration&) const = default;
};

std::string text(const Configuration& configuration);
std::optional<Configuration> parse_configuration(std::string_view text);

}  // namespace convtune::fft
