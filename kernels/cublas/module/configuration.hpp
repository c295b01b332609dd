#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace convtune::cublas {

/// One candidate's configuration: "image", "chunk8.tf32", "batched".
struct Configuration {
  static constexpr std::int64_t all = 0;

  std::int64_t images = 1;  ///< whose columns exist at a time; or all
  bool tf32 = false;
  auto operator<=>(const Configuration&) const = default;
};

std::string text(const Configuration& configuration);
/// Nullopt for what `text` never writes.
std::optional<Configuration> parse_configuration(std::string_view text);

}  // namespace convtune::cublas
