#pragma once

#include <chrono>
#include <memory>
#include <string>

struct sqlite3;

namespace convtune::db {

/// A connection to one SQLite file; for one thread at a time. Waits its turn when others hold the
/// file, with naps of 0.2 to 1 ms, up to `patience`.
class Database {
 public:
  enum class Access {
    read,       ///< changes nothing; sees what writers commit meanwhile
    immutable,  ///< for a file that nobody can change; needs no locks and no other files
    write,      ///< the file must exist
    create,     ///< made if it is not there
  };

  /// Does not touch the file yet beyond opening it. Throws SqliteError.
  Database(const std::string& path, Access access,
           std::chrono::milliseconds patience = std::chrono::seconds(60));

  sqlite3* handle() const { return handle_.get(); }
  const std::string& path() const { return path_; }

  /// Runs statements that give no rows.
  void execute(const std::string& sql);

  /// Throws SqliteError for a result code that is none of OK, ROW and DONE.
  void require(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  struct Patience {
    std::chrono::milliseconds limit;
    std::chrono::steady_clock::time_point since;
  };
  static int wait(void* patience, int attempt);

  std::string path_;
  std::unique_ptr<Patience> patience_;
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace convtune::db
