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
  const db::Opened opened = db::open_for_reading(from);
  // Under another name until it is whole, so that a backup is there as a whole or not at all.
  const fs::path partial = to.string() + ".partial";
  fs::remove(partial, error);
  try {
    db::Database copy(partial.string(), db::Database::Access::create);
    db::copy(*opened.database, copy);
    copy.execute("PRAGMA journal_mode = DELETE");
    db::require_whole(copy, partial);
  } catch (...) {
    for (const char* tail : {"", "-wal", "-shm", "-journal"})
      fs::remove(partial.string() + tail, error);
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
