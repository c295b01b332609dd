#pragma once

#include <string>
#include <vector>

#include <convtune/store.hpp>

namespace convtune {

/// So often may a candidate take its process with it, in one environment and whatever the problem.
inline constexpr int crashes_to_deny = 2;

/// Puts those of `run`, which is in `store`, on the denylist that have done so: crashed or timed
/// out, for the environment it happened in. Says so in `warnings`. `now_unix`: seconds.
void deny_crashes(const Run& run, Store& store, std::int64_t now_unix,
                  std::vector<std::string>& warnings);

}  // namespace convtune
