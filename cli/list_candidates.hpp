#pragma once

#include "command.hpp"

namespace convtune {

/// Adds `list candidates` to `list`.
void add_list_candidates(Command& list, Session& session);

}  // namespace convtune
