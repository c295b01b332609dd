#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <convtune/defaults.hpp>
#include <convtune/error.hpp>

#include "policy.hpp"

namespace convtune {
namespace {

constexpr std::array<std::string_view, 5> precision_names = {"as_input_f32", "as_input", "float16",
                                                             "float32", "float64"};
constexpr std::array<std::string_view, 4> cudnn_names = {"auto", "True", "False", "no_check"};

/// Reads variables; a value that there is not is told by name.
class Reader {
 public:
  explicit Reader(const Variables& variables) : variables_(variables) {}

  /// Nullopt: not set.
  std::optional<std::string> value(const char* name) const {
    const char* const text = variables_(name);
    return text && *text ? std::optional<std::string>(text) : std::nullopt;
  }

  /// The place of the value among `names`.
  template <typename Names>
  std::optional<std::size_t> one_of(const char* name, const Names& names) const {
    const auto text = value(name);
    if (!text) return std::nullopt;
    const auto found = std::ranges::find(names, *text);
    if (found == names.end()) refuse(name, *text, fmt::format("{}", fmt::join(names, ", ")));
    return static_cast<std::size_t>(found - names.begin());
  }

  Tags tags(const char* name) const {
    Tags tags(1);
    for (const char letter : value(name).value_or(""))
      if (letter == ':' || letter == ',')
        tags.emplace_back();
      else
        tags.back() += letter;
    std::erase(tags, std::string());
    return tags;
  }

  void gone(const char* name, std::string_view successors) const {
    if (value(name))
      throw Error(ErrorCode::bad_input,
                  fmt::format("{} is set, but there is no such setting any more; set {}.", name,
                              successors));
  }

 private:
  [[noreturn]] static void refuse(const char* name, const std::string& text,
                                  const std::string& expected) {
    throw Error(ErrorCode::bad_input,
                fmt::format("{} is '{}'; expected one of {}.", name, text, expected));
  }

  const Variables& variables_;
};

/// One of the direction's policies, whatever the rank.
void read_algo(const Reader& reader, const char* name, Direction direction, std::string& algo) {
  if (reader.one_of(name, policy_names(direction, 2))) algo = *reader.value(name);
}

void read_algos(const Reader& reader, Defaults& defaults) {
  read_algo(reader, "CONVTUNE_ALGO_FWD", Direction::forward, defaults.algo_fwd);
  for (const char* name : {"CONVTUNE_ALGO_BWD", "CONVTUNE_ALGO_BWD_DATA"})
    read_algo(reader, name, Direction::backward_data, defaults.algo_bwd_data);
  for (const char* name : {"CONVTUNE_ALGO_BWD", "CONVTUNE_ALGO_BWD_FILTER"})
    read_algo(reader, name, Direction::backward_weights, defaults.algo_bwd_filter);
}

}  // namespace

std::string_view name(PrecisionRule rule) {
  return precision_names[static_cast<std::size_t>(rule)];
}

std::optional<PrecisionRule> precision_rule(std::string_view name) {
  const auto found = std::ranges::find(precision_names, name);
  if (found == precision_names.end()) return std::nullopt;
  return static_cast<PrecisionRule>(found - precision_names.begin());
}

const std::string& Defaults::algo(Direction direction) const {
  static const std::string meta = "time_on_shape_change";
  if (std::ranges::find(including, "conv_meta") != including.end()) return meta;
  switch (direction) {
    case Direction::forward: return algo_fwd;
    case Direction::backward_data: return algo_bwd_data;
    default: return algo_bwd_filter;
  }
}

Constraints Defaults::narrowed(Constraints constraints) const {
  const bool wanted = std::ranges::find(including, "cudnn") != including.end();
  if ((wanted || cudnn == Cudnn::required) && constraints.require.empty())
    constraints.require = "cudnn";
  constraints.exclude.insert(constraints.exclude.end(), excluding.begin(), excluding.end());
  if (cudnn == Cudnn::never) constraints.exclude.emplace_back("cudnn");
  return constraints;
}

Defaults read_defaults(const Variables& variables) {
  const Reader reader(variables);
  reader.gone("CONVTUNE_WORKMEM", "CONVTUNE_ALGO_FWD");
  reader.gone("CONVTUNE_WORKMEM_BWD", "CONVTUNE_ALGO_BWD_DATA and CONVTUNE_ALGO_BWD_FILTER");

  Defaults defaults;
  read_algos(reader, defaults);
  if (const auto rule = reader.one_of("CONVTUNE_PRECISION", precision_names))
    defaults.precision = static_cast<PrecisionRule>(*rule);
  constexpr std::array<std::string_view, 3> levels = {"0", "1", "2"};
  if (const auto level = reader.one_of("CONVTUNE_METAOPT_VERBOSE", levels))
    defaults.metaopt_verbose = static_cast<int>(*level);
  defaults.metaopt_including = reader.tags("CONVTUNE_METAOPT_INCLUDING");
  defaults.metaopt_excluding = reader.tags("CONVTUNE_METAOPT_EXCLUDING");
  defaults.including = reader.tags("CONVTUNE_INCLUDING");
  defaults.excluding = reader.tags("CONVTUNE_EXCLUDING");
  if (const auto enabled = reader.one_of("CONVTUNE_CUDNN", cudnn_names))
    defaults.cudnn = static_cast<Defaults::Cudnn>(*enabled);
  return defaults;
}

const Defaults& defaults() {
  static const Defaults process = read_defaults([](const char* name) { return std::getenv(name); });
  return process;
}

}  // namespace convtune
