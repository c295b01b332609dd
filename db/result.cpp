#include "result.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace convtune::db {
namespace {

std::string sentence(int code, const std::string& path, const std::string& detail) {
  switch (code & 0xff) {
    case SQLITE_BUSY: return fmt::format("'{}' is in use by another process for too long.", path);
    case SQLITE_LOCKED: return fmt::format("'{}' is locked by this process itself.", path);
    case SQLITE_CORRUPT: return fmt::format("'{}' is damaged ({}).", path, detail);
    case SQLITE_NOTADB: return fmt::format("'{}' is damaged: it is no longer a database.", path);
    case SQLITE_FULL:
      return fmt::format("The disk that holds '{}' is full; what was stored before is still there.",
                         path);
    case SQLITE_IOERR: return fmt::format("Reading or writing '{}' failed ({}).", path, detail);
    case SQLITE_READONLY: return fmt::format("'{}' cannot be written.", path);
    case SQLITE_CANTOPEN: return fmt::format("'{}' cannot be opened.", path);
    case SQLITE_PERM:
    case SQLITE_AUTH: return fmt::format("Access to '{}' is not permitted.", path);
    case SQLITE_SCHEMA:
      return fmt::format("The tables of '{}' changed while they were in use.", path);
    case SQLITE_INTERRUPT: return fmt::format("Work on '{}' was interrupted.", path);
    case SQLITE_NOMEM: return fmt::format("There is not enough memory to use '{}'.", path);
    case SQLITE_TOOBIG: return fmt::format("A row for '{}' is too large to be stored.", path);
    case SQLITE_CONSTRAINT:
      return fmt::format("'{}' does not take a row that breaks its rules ({}).", path, detail);
    case SQLITE_PROTOCOL:
      return fmt::format("The locks of '{}' do not work on its file system.", path);
    default: return fmt::format("'{}' cannot be used ({}).", path, detail);
  }
}

}  // namespace

SqliteError::SqliteError(int code, const std::string& path, const std::string& detail)
    : Error((code & 0xff) == SQLITE_INTERRUPT ? ErrorCode::interrupted : ErrorCode::environment,
            sentence(code, path, detail)),
      code_(code) {}

bool SqliteError::corrupt() const noexcept {
  return primary() == SQLITE_CORRUPT || primary() == SQLITE_NOTADB;
}

}  // namespace convtune::db
