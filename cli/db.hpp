#pragma once

#include <convtune/catalogue.hpp>

#include "command.hpp"

namespace convtune {

// The parts of `convtune db`.

void add_db_exchange(Command& db, Session& session);
void add_db_prune(Command& db, Session& session);
void add_db_denylist(Command& db, Session& session);

}  // namespace convtune
