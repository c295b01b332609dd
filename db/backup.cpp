#include "backup.hpp"

#include <chrono>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <db/sqlite_store.hpp>

#include "opening.hpp"
#include "result.hpp"
#include "statement.hpp"
#include "store_file.hpp"

namespace convtune {
namespace db {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, const std::string& why,
                         ErrorCode code = ErrorCode::environment) {
  throw Error(code, fmt::format("'{}' was not written: {}.", path.string(), why));
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// A place that can never be written is a wrong name, unlike one that is full or not permitted.
void require_place(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(folder_of(path), error))
    refuse(path, fmt::format("there is no folder '{}'", folder_of(path).string()),
           ErrorCode::bad_input);
  if (fs::is_directory(path, error)) refuse(path, "it is a folder", ErrorCode::bad_input);
}

/// What somebody else keeps there is not ours to replace; an empty file holds nothing.
void must_be_ours(const fs::path& path) {
  if (!fs::is_regular_file(path)) refuse(path, "it is no file");
  const Database there(path.string(), Database::Access::read);
  if (inspect(there).kind == StoreFile::Kind::foreign)
    refuse(path, "what is there is no database of convtune");
}

void remove_with_journals(const fs::path& path) {
  std::error_code ignored;
  for (const char* tail : {"", "-wal", "-shm", "-journal"})
    fs::remove(path.string() + tail, ignored);
}

void sync(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

}  // namespace

void copy(const Database& from, Database& into) {
  sqlite3_backup* const backup = sqlite3_backup_init(into.handle(), "main", from.handle(), "main");
  if (!backup) into.require(sqlite3_extended_errcode(into.handle()));
  constexpr int all_pages = -1;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  int code = SQLITE_OK;
  for (;;) {
    code = sqlite3_backup_step(backup, all_pages);
    const bool waits = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
    if (!waits || std::chrono::steady_clock::now() > deadline) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE) into.require(code);
}

}  // namespace db

void back_up_sqlite_store(const std::filesystem::path& from, const std::filesystem::path& to,
                          bool replace) {
  namespace fs = std::filesystem;
  db::require_place(to);
  std::error_code error;
  if (!replace && fs::exists(to, error)) db::refuse(to, "it is there already");
  if (fs::equivalent(from, to, error)) db::refuse(to, "it is the database itself");
  if (fs::exists(to, error)) db::must_be_ours(to);
  const db::Opened opened = db::open_for_reading(from);
  // Under another name until it is whole, so that a backup is there as a whole or not at all.
  const fs::path partial = to.string() + ".partial";
  fs::remove(partial, error);
  try {
    db::Database copy(partial.string(), db::Database::Access::create);
    db::copy(*opened.database, copy);
    copy.execute("PRAGMA journal_mode = DELETE");
    db::require_whole(copy, partial);
  } catch (const db::SqliteError& failure) {
    db::remove_with_journals(partial);
    // The caller knows nothing of the other name.
    throw db::SqliteError(failure.code(), to.string(), sqlite3_errstr(failure.code()));
  } catch (...) {
    db::remove_with_journals(partial);
    throw;
  }
  db::sync(partial);
  // A link, unlike a rename, never takes the place of what appeared meanwhile.
  if (!replace && ::link(partial.c_str(), to.c_str()) != 0) {
    const bool there = errno == EEXIST;
    if (there) fs::remove(partial, error);
    if (there) db::refuse(to, "it is there already");
  }
  if (!replace && fs::exists(to, error)) {
    fs::remove(partial, error);
  } else {
    fs::rename(partial, to, error);
    if (error) db::refuse(to, error.message());
  }
  db::sync(db::folder_of(to));
}

}  // namespace convtune
