#include "problem_merge.hpp"

#include <algorithm>
#include <limits>

namespace convtune {

void Merger::add(const ListedProblem& added) {
  const auto [place, is_new] = place_.try_emplace(added.problem, list_.problems.size());
  if (is_new) {
    list_.problems.push_back(added);
    return;
  }
  ListedProblem& kept = list_.problems[place->second];
  if (__builtin_add_overflow(kept.repeats, added.repeats, &kept.repeats))
    kept.repeats = std::numeric_limits<std::int64_t>::max();
  for (const std::string& name : added.names)
    if (std::find(kept.names.begin(), kept.names.end(), name) == kept.names.end())
      kept.names.push_back(name);
}

}  // namespace convtune
