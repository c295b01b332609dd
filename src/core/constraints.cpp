#include <algorithm>

#include <convtune/constraints.hpp>

namespace convtune {
namespace {

bool has(const Tags& tags, const std::string& tag) {
  return std::ranges::find(tags, tag) != tags.end();
}

std::string joined(const Tags& tags) {
  std::string all;
  for (const std::string& tag : tags) all.append(all.empty() ? "" : ", ").append(tag);
  return all;
}

// Of who computes with no regard of speed, to check the results of others.
const std::string oracle = "oracle";

}  // namespace

bool asks_for_oracle(const Constraints& constraints) {
  const Tags names = {oracle, "reference"};
  return has(names, constraints.require) ||
         std::ranges::any_of(constraints.include,
                             [&](const std::string& tag) { return has(names, tag); });
}

std::string objection(const Candidate& candidate, std::optional<bool> observed,
                      const Constraints& constraints) {
  if (constraints.workspace_limit && candidate.workspace_bytes > *constraints.workspace_limit)
    return "needs " + std::to_string(candidate.workspace_bytes) +
           " bytes of workspace, over the limit of " + std::to_string(*constraints.workspace_limit);
  if (constraints.deterministic) {
    if (!candidate.deterministic) return "is not declared deterministic";
    if (!observed.value_or(true)) return "was not seen to be deterministic";
  }
  if (candidate.precision > constraints.precision)
    return "computes in " + std::string(name(candidate.precision)) + ", looser than the " +
           std::string(name(constraints.precision)) + " that is asked for";
  if (!constraints.require.empty() && !has(candidate.tags, constraints.require))
    return "lacks the required tag " + constraints.require;
  for (const std::string& tag : constraints.exclude)
    if (has(candidate.tags, tag)) return "carries the excluded tag " + tag;
  if (!constraints.include.empty() &&
      std::ranges::none_of(constraints.include,
                           [&](const std::string& tag) { return has(candidate.tags, tag); }))
    return "carries none of the included tags " + joined(constraints.include);
  if (has(candidate.tags, oracle) && !asks_for_oracle(constraints))
    return "is there to check the others, and answers only who asks for its tag " + oracle;
  return {};
}

}  // namespace convtune
