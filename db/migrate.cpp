#include "migrate.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "denials.hpp"
#include "result.hpp"
#include "statement.hpp"
#include "store_file.hpp"
#include "transaction.hpp"

namespace convtune::db {

namespace {

// Denials typed at an SQL prompt, while that was the only way, have no hash yet.
void seal_denials(Database& database) {
  Statement rows(database, "SELECT id, " + select_list(denials()) + " FROM denylist");
  Statement seal(database, "UPDATE denylist SET content = ? WHERE id = ?");
  while (rows.step()) try {
      Denial denial;
      read_row(rows, 1, denials(), denial);
      seal.bind(1, to_value(content(denials(), denial))).bind(2, rows.integer(0)).run();
    } catch (const BadRow&) {
      // Never understood; it is left out with a warning from now on.
    }
}

}  // namespace

int schema_version() {
  return static_cast<int>(migrations().size());
}

void require_known(const Database& database) {
  // Reads the whole schema, so that a damaged one is found here.
  integer_of(database, "SELECT count(*) FROM sqlite_schema");
  if (integer_of(database, "PRAGMA application_id") != application_id)
    throw Error(ErrorCode::environment, foreign_sentence(database.path()));
  const std::int64_t version = integer_of(database, "PRAGMA user_version");
  if (version > schema_version())
    throw Error(ErrorCode::environment,
                fmt::format("'{}' has schema {}, which is newer than schema {} of this program; it "
                            "was left as it is.",
                            database.path(), version, schema_version()));
  if (version < 1) throw SqliteError(SQLITE_CORRUPT, database.path(), "its version is impossible");
}

void require_same_schema(const Database& database) {
  const std::int64_t version = integer_of(database, "PRAGMA user_version");
  if (version != schema_version())
    throw Error(ErrorCode::environment,
                fmt::format("'{}' was given schema {} by another version of this program while it "
                            "was open here; this one knows schema {}.",
                            database.path(), version, schema_version()));
}

void migrate(Database& database) {
  // Asked without the write lock first: nearly always there is nothing to do.
  const auto is_new = [&] {
    return integer_of(database, "SELECT count(*) FROM sqlite_schema") == 0 &&
           integer_of(database, "PRAGMA application_id") == 0 &&
           integer_of(database, "PRAGMA user_version") == 0;
  };
  if (!is_new()) {
    require_known(database);
    if (integer_of(database, "PRAGMA user_version") == schema_version()) return;
  }

  Transaction transaction(database, Transaction::Kind::write);
  if (!is_new()) require_known(database);
  const std::int64_t version = integer_of(database, "PRAGMA user_version");
  for (const std::string_view migration : migrations().subspan(static_cast<std::size_t>(version)))
    database.execute(std::string(migration));
  constexpr int denials_have_hashes = 2;
  if (version > 0 && version < denials_have_hashes) seal_denials(database);
  database.execute(fmt::format("PRAGMA application_id = {}", application_id));
  database.execute(fmt::format("PRAGMA user_version = {}", schema_version()));
  transaction.commit();
}

}  // namespace convtune::db
