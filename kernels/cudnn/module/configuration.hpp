#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cudnn_graph.h>

namespace convtune::cudnn {

struct Knob {
  cudnnBackendKnobType_t type{};
  std::int64_t value = 0;
  auto operator<=>(const Knob&) const = default;
};

/// An engine and what its knobs are set to; knobs that are not named stay at the engine's default.
/// The identity of a candidate, whatever list it came from.
struct Configuration {
  std::int64_t engine = 0;
  std::vector<Knob> knobs;  ///< by type
  auto operator<=>(const Configuration&) const = default;
};

/// "62:TILE_SIZE=5,TILEK=0"; "62" with all knobs at their defaults.
std::string text(const Configuration& configuration);
/// Nullopt for what `text` never writes.
std::optional<Configuration> parse_configuration(std::string_view text);

}  // namespace convtune::cudnn
