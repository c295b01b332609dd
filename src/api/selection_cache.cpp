#include "selection_cache.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace convtune {
namespace {

std::string demands(const Constraints& constraints) {
  const std::string limit =
      constraints.workspace_limit ? std::to_string(*constraints.workspace_limit) : "any";
  return fmt::format("{} {} {} +{} -{} !{} {} {} {} {}", limit, constraints.deterministic,
                     name(constraints.precision), fmt::join(constraints.include, ","),
                     fmt::join(constraints.exclude, ","), constraints.require,
                     name(constraints.least), name(constraints.protocol),
                     static_cast<int>(constraints.trust), constraints.max_age_seconds.value_or(-1));
}

/// What is common to the two names of a run-time policy, as they choose alike.
std::string kind_of(const std::string& policy) {
  if (policy.starts_with("time_")) return "time";
  return policy.starts_with("guess_") ? "guess" : policy;
}

}  // namespace

std::string selection_key(const ConvProblem& problem, const std::string& policy,
                          const Constraints& constraints, const Context& context, int threads,
                          bool aligned) {
  return fmt::format("{} {} {} {} t{} {}{}", text(problem), kind_of(policy), demands(constraints),
                     context.device, threads, context.database, aligned ? "" : " [unaligned]");
}

std::optional<Choice> SelectionCache::find(const std::string& key) const {
  const std::lock_guard lock(reading_);
  const auto found = choices_.find(key);
  return found == choices_.end() ? std::nullopt : std::optional(found->second);
}

SelectionCache::Found SelectionCache::find_or_select(
    const std::string& key, const std::function<bool(const Choice&)>& usable,
    const std::function<Choice()>& select) {
  if (auto choice = find(key); choice && usable(*choice)) return {*std::move(choice), true};
  const std::lock_guard lock(selecting_);
  if (auto choice = find(key); choice && usable(*choice)) return {*std::move(choice), true};
  const Choice choice = select();
  if (!choice.candidate.empty()) {
    const std::lock_guard writing(reading_);
    choices_.insert_or_assign(key, choice);
  }
  return {choice, false};
}

SelectionCache& SelectionCache::of_process() {
  static SelectionCache cache;
  return cache;
}

}  // namespace convtune
