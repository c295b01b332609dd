#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "database.hpp"
#include "value.hpp"

struct sqlite3_stmt;

namespace convtune::db {

/// One prepared statement. Parameters count from 1, columns from 0, as in SQLite.
class Statement {
 public:
  /// The database must outlive it. SQL that does not fit the tables means that the file is damaged:
  /// its schema was checked by version.
  Statement(const Database& database, std::string_view sql);

  Statement& bind(int parameter, const Value& value);

  /// True while there is a row.
  bool step();
  /// For a statement without rows; can then be bound again.
  void run();
  void reset();

  Value value(int column) const;
  std::int64_t integer(int column) const;  ///< throws BadRow if it holds none

 private:
  struct Finish {
    void operator()(sqlite3_stmt* statement) const;
  };
  const Database& database_;
  std::unique_ptr<sqlite3_stmt, Finish> statement_;
};

/// Of the row that the last INSERT made.
std::int64_t last_id(const Database& database);

/// The integer of a query with one row and one column, PRAGMAs among them.
std::int64_t integer_of(const Database& database, std::string_view sql);

}  // namespace convtune::db
