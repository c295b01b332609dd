#include "policy.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <convtune/catalogue.hpp>
#include <convtune/error.hpp>

namespace convtune {
namespace {

using Names = std::vector<std::string_view>;

constexpr std::array run_time_names = {"guess_once", "guess_on_shape_change", "time_once",
                                       "time_on_shape_change"};

Names static_names(Direction direction, int rank) {
  if (rank == 3) switch (direction) {
      case Direction::forward: return {"none", "small", "fft_tiling"};
      case Direction::backward_data: return {"none", "deterministic", "fft_tiling"};
      case Direction::backward_weights: return {"none", "small"};
    }
  switch (direction) {
    case Direction::forward:
      return {"none", "small", "large", "fft", "fft_tiling", "winograd", "winograd_non_fused"};
    case Direction::backward_data:
      return {"none", "deterministic", "fft", "fft_tiling", "winograd", "winograd_non_fused"};
    case Direction::backward_weights:
      return {"none", "small", "deterministic", "fft", "fft_tiling", "winograd_non_fused"};
  }
  return {};
}

// What a family goes by: a tag it has, and one that a narrower family has besides.
struct Family {
  std::string_view policy, tag, without;
};
constexpr std::array families = {Family{"large", "large", ""}, Family{"fft", "fft", "fft_tiling"},
                                 Family{"fft_tiling", "fft_tiling", ""},
                                 Family{"winograd", "winograd", "winograd_non_fused"},
                                 Family{"winograd_non_fused", "winograd_non_fused", ""}};

void limit_workspace(Constraints& constraints, std::size_t bytes) {
  constraints.workspace_limit = std::min(constraints.workspace_limit.value_or(bytes), bytes);
}

}  // namespace

std::vector<std::string_view> policy_names(Direction direction, int rank) {
  Names names = static_names(direction, rank);
  names.insert(names.end(), run_time_names.begin(), run_time_names.end());
  return names;
}

std::vector<std::string> policy_names() {
  std::vector<std::string> all;
  const auto add = [&all](std::string_view name) {
    if (std::ranges::find(all, name) == all.end()) all.emplace_back(name);
  };
  for (const Direction direction :
       {Direction::forward, Direction::backward_data, Direction::backward_weights})
    for (const int rank : {2, 3}) std::ranges::for_each(static_names(direction, rank), add);
  std::ranges::for_each(run_time_names, add);
  return all;
}

Policy read_policy(const std::string& name, const ConvProblem& problem,
                   const Constraints& constraints) {
  const Names names = policy_names(problem->direction, problem->rank);
  if (std::ranges::find(names, name) == names.end())
    throw Error(
        ErrorCode::bad_input,
        fmt::format("There is no policy '{}' for {} in {} dimensions; there are {}.", name,
                    convtune::name(problem->direction), problem->rank, fmt::join(names, ", ")));

  Policy policy{.kind = Policy::Kind::family, .constraints = constraints, .family = {}};
  if (name.starts_with("guess_")) policy.kind = Policy::Kind::guess;
  if (name.starts_with("time_")) policy.kind = Policy::Kind::time;
  if (name == "none") limit_workspace(policy.constraints, 0);
  if (name == "small") limit_workspace(policy.constraints, std::size_t{1} << 20);
  if (name == "deterministic") policy.constraints.deterministic = true;
  if (const auto family = std::ranges::find(families, name, &Family::policy);
      family != families.end()) {
    policy.family = family->tag;
    if (!family->without.empty()) policy.constraints.exclude.emplace_back(family->without);
    // Whichever of the two places the caller left free says "and of this family".
    if (policy.constraints.require.empty())
      policy.constraints.require = policy.family;
    else if (policy.constraints.include.empty())
      policy.constraints.include = {policy.family};
    else
      throw Error(ErrorCode::bad_input,
                  fmt::format("The policy '{}' cannot be combined with both an included and a "
                              "required tag.",
                              name));
  }
  return policy;
}

}  // namespace convtune
