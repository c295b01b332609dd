#pragma once

#include <string>

#include <convtune/error.hpp>

namespace convtune::db {

/// A refusal of SQLite as one sentence that names the file.
class SqliteError : public Error {
 public:
  /// `code` may be an extended one; `detail` is SQLite's own text.
  SqliteError(int code, const std::string& path, const std::string& detail);

  int code() const noexcept { return code_; }  ///< extended
  int primary() const noexcept { return code_ & 0xff; }
  /// The file itself is damaged; another try cannot help.
  bool corrupt() const noexcept;

 private:
  int code_;
};

}  // namespace convtune::db
