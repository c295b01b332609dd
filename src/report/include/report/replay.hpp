#pragma once

#include <string>

#include <convtune/replay.hpp>
#include <report/table.hpp>

namespace convtune {

/// convtune.replay/1, by the rules of report/json.hpp.
std::string json(const Replay& replay);

/// The rules side by side, for people.
std::string rendered(const Replay& replay, const Paper& paper);

}  // namespace convtune
