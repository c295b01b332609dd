#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "../shared/tile_gemm.hpp"

namespace convtune::winograd {

/// How a convolution is computed: "f4.14x2.rows2", "f2.7x4.filters", "f6.13x2.rows1x28",
/// "f4.14x2.filters2.channels96".
struct Configuration {
  int outputs = 2;                   ///< of a tile, as Shape says
  cpu::RegisterTile registers = {};  ///< tiles, and vectors of output channels, summed together
  /// Rows of tiles, and tiles of each, that go through all steps before the next ones; 0: all of
  /// an image.
  std::int64_t rows = 1, columns = 0;
  /// Each thread takes such blocks; or threads share the output channels of one.
  bool share_filters = false;
  /// Input channels whose sums are complete and added to the outputs before those of the next are
  /// read, a multiple of a vector's lanes; 0: all at once.
  std::int64_t channels = 0;
  auto operator<=>(const Configuration&) const = default;
};

std::string text(const Configuration& configuration);
std::optional<Configuration> parse_configuration(std::string_view text);

}  // namespace convtune::winograd
