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

// What a family goes by: a tag it has, and one that on a GPU a narrower family has besides; and its
// algorithm among those of cuDNN. On a CPU whole images are a case of tiles.
struct Family {
  std::string_view policy, tag, without, algorithm;
};
constexpr std::array families = {
    Family{"large", "large", "", "GEMM"}, Family{"fft", "fft", "fft_tiling", "FFT"},
    Family{"fft_tiling", "fft_tiling", "", "FFT_TILING"},
    Family{"winograd", "winograd", "winograd_non_fused", "WINOGRAD"},
    Family{"winograd_non_fused", "winograd_non_fused", "", "WINOGRAD_NONFUSED"}};

// Names that on a GPU are one algorithm of cuDNN, by the tag of whatever is that algorithm.
struct OnGpu {
  std::string_view policy;
  Direction direction;
  std::string_view tag, algorithm;
};
constexpr std::array on_gpus = {
    OnGpu{"none", Direction::forward, "implicit_gemm", "IMPLICIT_GEMM"},
    OnGpu{"none", Direction::backward_data, "algo_0", "ALGO_0"},
    OnGpu{"none", Direction::backward_weights, "algo_0", "ALGO_0"},
    OnGpu{"small", Direction::forward, "implicit_precomp_gemm", "IMPLICIT_PRECOMP_GEMM"},
    OnGpu{"small", Direction::backward_weights, "algo_3", "ALGO_3"},
    OnGpu{"deterministic", Direction::backward_data, "algo_1", "ALGO_1"},
    OnGpu{"deterministic", Direction::backward_weights, "algo_1", "ALGO_1"}};

const OnGpu* on_gpu(std::string_view name, Direction direction) {
  const auto* const found = std::ranges::find_if(on_gpus, [&](const OnGpu& each) {
    return each.policy == name && each.direction == direction;
  });
  return found == on_gpus.end() ? nullptr : found;
}

// Whichever of the two places the caller left free says "and of this family".
void demand_family(Policy& policy, const std::string& name) {
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
                   const Constraints& constraints, DeviceKind device) {
  const Names names = policy_names(problem->direction, problem->rank);
  if (std::ranges::find(names, name) == names.end())
    throw Error(
        ErrorCode::bad_input,
        fmt::format("There is no policy '{}' for {} in {} dimensions; there are {}.", name,
                    convtune::name(problem->direction), problem->rank, fmt::join(names, ", ")));

  Policy policy{
      .kind = Policy::Kind::family, .constraints = constraints, .family = {}, .device = device};
  if (name.starts_with("guess_")) policy.kind = Policy::Kind::guess;
  if (name.starts_with("time_")) policy.kind = Policy::Kind::time;
  if (name == "deterministic") policy.constraints.deterministic = true;
  if (const OnGpu* const found = on_gpu(name, problem->direction);
      found != nullptr && device == DeviceKind::cuda) {
    policy.family = found->tag;
    policy.algorithm = found->algorithm;
    demand_family(policy, name);
    return policy;
  }
  if (name == "none") limit_workspace(policy.constraints, 0);
  if (name == "small") limit_workspace(policy.constraints, std::size_t{1} << 20);
  if (const auto family = std::ranges::find(families, name, &Family::policy);
      family != families.end()) {
    policy.family = family->tag;
    policy.algorithm = family->algorithm;
    if (device == DeviceKind::cuda && !family->without.empty())
      policy.constraints.exclude.emplace_back(family->without);
    demand_family(policy, name);
  }
  return policy;
}

std::optional<Fallback> fallback_of(const std::string& name, const Policy& policy) {
  if (policy.family.empty()) return std::nullopt;
  const DeviceKind kind = policy.device;
  if (name == "none")
    return Fallback{name, DeviceKind::cpu, "whoever needs the least workspace answers instead"};
  if (name == "deterministic")
    return Fallback{name, DeviceKind::cpu, "whoever is deterministic answers instead"};
  return Fallback{"none", kind, "the policy none answers instead"};
}

}  // namespace convtune
