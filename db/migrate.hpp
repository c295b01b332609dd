#pragma once

#include <span>
#include <string_view>

#include "database.hpp"

namespace convtune::db {

/// The files of db/schema, in order; made at build.
std::span<const std::string_view> migrations();

/// The schema that this program writes: the number of migrations.
int schema_version();

/// Brings an empty or older store up to date, all in one transaction. Throws Error(environment) for
/// a database that is not ours or newer, SqliteError for a damaged one; both are left as they are.
void migrate(Database& database);

/// Refuses a store that another version of this program brought up to date while it was open here.
void require_same_schema(const Database& database);

/// What migrate refuses, for a store that is only read.
void require_known(const Database& database);

}  // namespace convtune::db
