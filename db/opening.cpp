#include "opening.hpp"

#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <sqlite3.h>

#include "backup.hpp"
#include "migrate.hpp"
#include "result.hpp"
#include "statement.hpp"
#include "store_file.hpp"

namespace convtune::db {
namespace {

namespace fs = std::filesystem;
using Access = Database::Access;

[[noreturn]] void refuse(const std::string& sentence) {
  throw Error(ErrorCode::environment, sentence);
}

void require_file(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found)
    refuse(fmt::format("'{}' does not exist.", path.string()));
  if (fs::is_directory(status)) refuse(fmt::format("'{}' is a folder.", path.string()));
  if (!fs::is_regular_file(status)) refuse(fmt::format("'{}' is not a plain file.", path.string()));
}

// Refuses by the first bytes alone, before SQLite recovers or changes anything.
StoreFile require_ours(const Database& database) {
  const StoreFile file = inspect(database);
  if (file.kind == StoreFile::Kind::foreign) refuse(foreign_sentence(database.path()));
  if (file.kind == StoreFile::Kind::ours && file.version > schema_version())
    refuse(
        fmt::format("'{}' has schema {}, which is newer than schema {} of this program; it was "
                    "left as it is.",
                    database.path(), file.version, schema_version()));
  return file;
}

// An older schema is only migrated by a writer; a reader brings a copy in memory up to date.
void make_readable(Opened& opened) {
  require_known(*opened.database);
  if (integer_of(*opened.database, "PRAGMA user_version") == schema_version()) return;
  auto migrated = std::make_unique<Database>(":memory:", Access::create);
  copy(*opened.database, *migrated);
  migrate(*migrated);
  opened.database = std::move(migrated);
}

// Rows must not be added to what is damaged; looking at all of a large file would take too long.
void require_whole_if_small(const Database& database, const fs::path& path) {
  constexpr std::uintmax_t quickly = std::uintmax_t{64} << 20;
  std::error_code error;
  if (fs::file_size(path, error) <= quickly && !error) require_whole(database, path);
}

bool holds_something(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return !error && size > 0;
}

// Waiting for the exclusive lock that a change of journal needs is not always left to the busy
// handler, so it is done here.
std::string set_journal(Database& database, const std::string& mode) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  for (;;) {
    try {
      Statement statement(database, "PRAGMA journal_mode = " + mode);
      std::string now;
      if (statement.step()) from_value(statement.value(0), now);
      return now;
    } catch (const SqliteError& error) {
      const bool waits = error.primary() == SQLITE_BUSY || error.primary() == SQLITE_LOCKED;
      if (!waits || std::chrono::steady_clock::now() > deadline) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

void require_whole(const Database& database, const fs::path& path) {
  Statement check(database, "PRAGMA quick_check(1)");
  std::string finding;
  if (check.step()) from_value(check.value(0), finding);
  if (finding != "ok") throw SqliteError(SQLITE_CORRUPT, path.string(), finding);
}

Opened open_for_reading(const fs::path& path) {
  require_file(path);
  const std::string name = path.string();
  Opened opened{std::make_unique<Database>(name, Access::read), {}};
  if (require_ours(*opened.database).kind == StoreFile::Kind::empty) {
    opened.database = std::make_unique<Database>(":memory:", Access::create);
    migrate(*opened.database);
    return opened;
  }
  try {
    make_readable(opened);
    return opened;
  } catch (const SqliteError& error) {
    if (error.corrupt())
      refuse(fmt::format("{} A command that writes moves it aside and saves what can be read.",
                         error.what()));
    if (error.code() == SQLITE_READONLY_ROLLBACK) {
      // A writer was killed: what it left half done must be undone before anybody can read.
      opened.database = std::make_unique<Database>(name, Access::write);
      opened.database->execute("PRAGMA query_only = ON");
    } else if (error.primary() == SQLITE_CANTOPEN || error.primary() == SQLITE_READONLY) {
      // The folder cannot be written, so neither can the file's lock table: nobody else writes.
      opened.database = std::make_unique<Database>(name, Access::immutable);
      if (holds_something(name + "-wal"))
        opened.warnings.push_back(fmt::format(
            "The newest rows of '{}' are in a log that cannot be read in a read-only folder.",
            name));
    } else {
      throw;
    }
  }
  make_readable(opened);
  return opened;
}

Opened open_for_writing(const fs::path& path, const std::string& network) {
  std::error_code error;
  if (fs::is_directory(path, error)) refuse(fmt::format("'{}' is a folder.", path.string()));
  error.clear();  // that there is nothing yet is no error
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (error)
    refuse(fmt::format("The folder of '{}' cannot be made: {}.", path.string(), error.message()));

  Opened opened{std::make_unique<Database>(path.string(), Access::create), {}};
  Database& database = *opened.database;
  // With a log beside it, it may be in the middle of a write that the log makes good.
  if (require_ours(database).torn && !holds_something(path.string() + "-wal") &&
      !holds_something(path.string() + "-journal"))
    throw SqliteError(SQLITE_CORRUPT, path.string(), "it ends within a page");
  if (sqlite3_db_readonly(database.handle(), "main") == 1)
    throw SqliteError(SQLITE_READONLY, path.string(), "");
  migrate(database);
  require_whole_if_small(database, path);

  if (network.empty()) {
    database.execute("PRAGMA synchronous = NORMAL");
    if (set_journal(database, "WAL") != "wal")
      opened.warnings.push_back(
          fmt::format("'{}' works without a write-ahead log, which its file system does not offer.",
                      path.string()));
  } else {
    // Shared memory does not reach other hosts.
    database.execute("PRAGMA synchronous = FULL");
    set_journal(database, "DELETE");
    opened.warnings.push_back(
        fmt::format("'{}' is on a network file system ({}): it is slower there, and its locks are "
                    "as good as the server's; keep one file a host.",
                    path.string(), network));
  }
  return opened;
}

}  // namespace convtune::db
