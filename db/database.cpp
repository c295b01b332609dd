#include "database.hpp"

#include <cctype>
#include <cerrno>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <sqlite3.h>

#include "result.hpp"

namespace convtune::db {
namespace {

// As a URI, so that characters of the path mean nothing but themselves.
std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  for (const unsigned char byte : path) {
    const bool plain =
        std::isalnum(byte) || byte == '/' || byte == '.' || byte == '-' || byte == '_';
    uri += plain ? std::string(1, static_cast<char>(byte)) : fmt::format("%{:02x}", byte);
  }
  return uri + "?immutable=1";
}

// SQLite says "full" only of its own files, not of the memory that its connections share.
bool ran_out_of_disk(sqlite3* handle) {
  const int reason = sqlite3_system_errno(handle);
  return reason == ENOSPC || reason == EDQUOT;
}

}  // namespace

Database::Database(const std::string& path, Access access, std::chrono::milliseconds patience)
    : path_(path), patience_(std::make_unique<Patience>(Patience{patience, {}})) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  // Some builds of SQLite read a name that begins so as a URI.
  std::string name = path.starts_with("file:") ? "./" + path : path;
  switch (access) {
    case Access::read: flags |= SQLITE_OPEN_READONLY; break;
    case Access::immutable:
      flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
      name = immutable_uri(path);
      break;
    case Access::write: flags |= SQLITE_OPEN_READWRITE; break;
    case Access::create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE; break;
  }
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags, nullptr);
  handle_.reset(handle);
  require(code);
  sqlite3_busy_handler(handle, &Database::wait, patience_.get());
  // What a file says about itself is not to be trusted with more than its rows.
  constexpr int largest_cell = 256 << 20;  // in bytes; ours are far smaller
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, largest_cell);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
}

void Database::execute(const std::string& sql) {
  require(sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr));
}

void Database::require(int code) const {
  const int primary = code & 0xff;
  if (primary == SQLITE_OK || primary == SQLITE_ROW || primary == SQLITE_DONE) return;
  if (primary == SQLITE_IOERR && handle_ && ran_out_of_disk(handle())) code = SQLITE_FULL;
  const char* detail = handle_ ? sqlite3_errmsg(handle()) : sqlite3_errstr(code);
  throw SqliteError(code, path_, detail);
}

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

// SQLite's own waits grow to 100 ms, which starves a writer among sixteen; short random naps do
// not.
int Database::wait(void* data, int attempt) {
  auto& patience = *static_cast<Patience*>(data);
  const auto now = std::chrono::steady_clock::now();
  if (attempt == 0) patience.since = now;
  if (now - patience.since > patience.limit) return 0;
  thread_local std::minstd_rand random{std::random_device{}()};
  std::this_thread::sleep_for(std::chrono::microseconds(200 + random() % 800));
  return 1;
}

}  // namespace convtune::db
