#include "configuration.hpp"

#include <array>
#include <bit>
#include <charconv>

namespace convtune::blas {
namespace {

constexpr std::string_view panel_prefix = "panel";
constexpr std::size_t kilo = 1024;

constexpr std::array<std::pair<Threads, std::string_view>, 4> thread_names{
    {{Threads::one, ""},
     {Threads::batch, ".batch"},
     {Threads::panels, ".panels"},
     {Threads::gemm, ".gemm"}}};

std::string text(const Columns& columns) {
  switch (columns.kind) {
    case Columns::Kind::bare: return "bare";
    case Columns::Kind::whole: return "whole";
    case Columns::Kind::panel: break;
  }
  return std::string(panel_prefix) + std::to_string(columns.panel_bytes / kilo) + "k";
}

std::optional<Columns> parse_columns(std::string_view text) {
  if (text == "bare") return Columns{Columns::Kind::bare};
  if (text == "whole") return Columns{Columns::Kind::whole};
  if (!text.starts_with(panel_prefix) || !text.ends_with('k')) return std::nullopt;
  text.remove_prefix(panel_prefix.size());
  text.remove_suffix(1);
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc{} || end != text.data() + text.size() || size == 0) return std::nullopt;
  return Columns{Columns::Kind::panel, size * kilo};
}

std::vector<Threads> placements(const Geometry& geometry, Direction direction,
                                const Columns& columns, int threads) {
  if (threads <= 1) return {Threads::one};
  // Panels of an image are independent of each other save for the gradient of the weights, so that
  // threads over images with panels are nothing new.
  const bool batch = geometry.images > 1 && (columns.kind != Columns::Kind::panel ||
                                             direction == Direction::backward_weights);
  std::vector<Threads> found;
  if (batch) found.push_back(Threads::batch);
  found.push_back(Threads::panels);
  if (!geometry.unshared) found.push_back(Threads::gemm);
  return found;
}

}  // namespace

std::string text(const Configuration& configuration) {
  std::string_view suffix;
  for (const auto& [threads, name] : thread_names)
    if (threads == configuration.threads) suffix = name;
  std::string all = text(configuration.columns).append(suffix);
  return configuration.core_type.empty() ? all : all + '@' + configuration.core_type;
}

std::optional<Configuration> parse_configuration(std::string_view text) {
  const std::size_t at = std::min(text.find('@'), text.size());
  const std::string core_type(text.substr(std::min(at + 1, text.size())));
  if (at < text.size() && core_type.empty()) return std::nullopt;
  text = text.substr(0, at);
  const std::size_t dot = std::min(text.find('.'), text.size());
  const auto columns = parse_columns(text.substr(0, dot));
  if (!columns) return std::nullopt;
  for (const auto& [threads, name] : thread_names)
    if (name == text.substr(dot)) return Configuration{*columns, threads, core_type};
  return std::nullopt;
}

std::vector<Configuration> configurations(const Geometry& geometry, Direction direction,
                                          const Device& device, std::size_t element_bytes) {
  if (geometry.empty()) return {{{Columns::Kind::bare}, Threads::one}};
  // A panel that a core's second-level cache holds beside the other operands, one smaller, and one
  // that lives in the cache behind it.
  const std::size_t l2 = std::bit_floor(std::max(device.l2_bytes, 8 * kilo));
  std::vector<Columns> columns{{Columns::Kind::bare}};
  if (!geometry.bare())
    columns = {{Columns::Kind::whole},
               {Columns::Kind::panel, l2 * 2},
               {Columns::Kind::panel, l2 / 2},
               {Columns::Kind::panel, l2 / 8}};

  std::vector<Configuration> found;
  std::vector<Blocking> seen;
  for (const Columns& kind : columns)
    for (const Threads placement : placements(geometry, direction, kind, device.threads)) {
      const Configuration one{kind, placement};
      const Blocking blocking(geometry, direction, one, device.threads, element_bytes);
      if (std::ranges::find(seen, blocking) != seen.end()) continue;
      seen.push_back(blocking);
      found.push_back(one);
    }
  return found;
}

}  // namespace convtune::blas
