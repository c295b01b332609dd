#pragma once

#include "database.hpp"

namespace convtune::db {

/// Everything until commit, or nothing: undone when it goes out of scope without commit.
class Transaction {
 public:
  enum class Kind {
    read,   ///< one consistent view of the file
    write,  ///< the lock is taken at once, so that a later statement cannot find it gone
  };
  Transaction(Database& database, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace convtune::db
