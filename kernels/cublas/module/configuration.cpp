#include "configuration.hpp"

#include <charconv>

namespace convtune::cublas {
namespace {

constexpr std::string_view one = "image", several = "chunk", every = "batched", rounding = ".tf32",
                           other = ".algo";

std::optional<std::int64_t> images(std::string_view text) {
  if (text == one) return 1;
  if (text == every) return Configuration::all;
  if (!text.starts_with(several)) return std::nullopt;
  text.remove_prefix(several.size());
  std::int64_t count = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failed != std::errc{} || end != text.data() + text.size() || count < 2) return std::nullopt;
  return count;
}

/// Takes ".algo2" off the end of what is read.
int take_algorithm(std::string_view& text) {
  const std::size_t at = text.rfind(other);
  if (at == std::string_view::npos) return 0;
  int number = 0;
  const std::string_view digits = text.substr(at + other.size());
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failed != std::errc{} || end != digits.data() + digits.size() || number < 1) return 0;
  text = text.substr(0, at);
  return number;
}

}  // namespace

std::string text(const Configuration& configuration) {
  std::string all(configuration.images == 1                    ? one
                  : configuration.images == Configuration::all ? every
                                                               : several);
  if (all == several) all += std::to_string(configuration.images);
  if (configuration.tf32) all += rounding;
  if (configuration.algorithm > 0)
    all.append(other).append(std::to_string(configuration.algorithm));
  return all;
}

std::optional<Configuration> parse_configuration(std::string_view whole) {
  std::string_view columns = whole;
  const int algorithm = take_algorithm(columns);
  const bool tf32 = columns.ends_with(rounding);
  if (tf32) columns.remove_suffix(rounding.size());
  const auto count = images(columns);
  if (!count) return std::nullopt;
  const Configuration found{.images = *count, .tf32 = tf32, .algorithm = algorithm};
  if (text(found) != whole) return std::nullopt;
  return found;
}

}  // namespace convtune::cublas
