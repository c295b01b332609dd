#pragma once

#include "database.hpp"

namespace convtune::db {

/// Everything that is in `from` at one moment, by SQLite's online backup, into an empty `into`.
/// Others may go on writing to `from`.
void copy(const Database& from, Database& into);

}  // namespace convtune::db
