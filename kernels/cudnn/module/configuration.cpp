#include "configuration.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace convtune::cudnn {
namespace {

// By cudnnBackendKnobType_t, without CUDNN_KNOB_TYPE_.
constexpr std::array<std::string_view, CUDNN_KNOB_TYPE_COUNTS> knob_names = {
    "SPLIT_K",
    "SWIZZLE",
    "TILE_SIZE",
    "USE_TEX",
    "EDGE",
    "KBLOCK",
    "LDGA",
    "LDGB",
    "CHUNK_K",
    "SPLIT_H",
    "WINO_TILE",
    "MULTIPLY",
    "SPLIT_K_BUF",
    "TILEK",
    "STAGES",
    "REDUCTION_MODE",
    "CTA_SPLIT_K_MODE",
    "SPLIT_K_SLC",
    "IDX_MODE",
    "SLICED",
    "SPLIT_RS",
    "SINGLEBUFFER",
    "LDGC",
    "SPECFILT",
    "KERNEL_CFG",
    "WORKSPACE",
    "TILE_CGA",
    "TILE_CGA_M",
    "TILE_CGA_N",
    "BLOCK_SIZE",
    "OCCUPANCY",
    "ARRAY_SIZE_PER_THREAD",
    "NUM_C_PER_BLOCK",
    "SPLIT_COLS",
    "TILE_ROWS",
    "TILE_COLS",
    "LOAD_SIZE",
    "CTA_COUNT",
    "STREAM_K",
    "SPLIT_P_SLC",
    "TILE_M",
    "TILE_N",
    "WARP_SPEC_CFG",
    "SWAP_AB"};

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Knob> knob(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const auto name = std::ranges::find(knob_names, text.substr(0, equals));
  const auto value = number(text.substr(equals + 1));
  if (name == knob_names.end() || !value) return std::nullopt;
  return Knob{static_cast<cudnnBackendKnobType_t>(name - knob_names.begin()), *value};
}

}  // namespace

std::string text(const Configuration& configuration) {
  std::string text = std::to_string(configuration.engine);
  char before = ':';
  for (const Knob& knob : configuration.knobs) {
    text += before;
    text += knob_names.at(static_cast<std::size_t>(knob.type));
    text += '=' + std::to_string(knob.value);
    before = ',';
  }
  return text;
}

std::optional<Configuration> parse_configuration(std::string_view whole) {
  const std::size_t colon = whole.find(':');
  const auto engine = number(whole.substr(0, colon));
  if (!engine) return std::nullopt;
  Configuration found{.engine = *engine, .knobs = {}};
  for (std::string_view rest = whole; rest.find_first_of(":,") != std::string_view::npos;) {
    rest.remove_prefix(rest.find_first_of(":,") + 1);
    const auto next = knob(rest.substr(0, rest.find(',')));
    if (!next) return std::nullopt;
    found.knobs.push_back(*next);
  }
  if (text(found) != whole) return std::nullopt;
  return found;
}

}  // namespace convtune::cudnn
