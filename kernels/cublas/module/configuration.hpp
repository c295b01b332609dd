#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace convtune::cublas {

/// One candidate's configuration: "image", "chunk8.tf32", "batched.algo1".
struct Configuration {
  static constexpr std::int64_t all = 0;

  std::int64_t images = 1;  ///< whose columns exist at a time; or all
  bool tf32 = false;
  /// Which of the algorithms that cuBLASLt's heuristics name for the product of a whole chunk, best
  /// first. What images are left over are multiplied by the best one for them.
  int algorithm = 0;
  auto operator<=>(const Configuration&) const = default;
};

std::string text(const Configuration& configuration);
/// Nullopt for what `text` never writes.
std::optional<Configuration> parse_configuration(std::string_view text);

}  // namespace convtune::cublas
