#include "statement.hpp"

#include <sqlite3.h>

#include "result.hpp"

namespace convtune::db {

Statement::Statement(const Database& database, std::string_view sql) : database_(database) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                      &statement, nullptr);
  statement_.reset(statement);
  if (code == SQLITE_ERROR)
    throw SqliteError(SQLITE_CORRUPT, database.path(), sqlite3_errmsg(database.handle()));
  database.require(code);
}

Statement& Statement::bind(int parameter, const Value& value) {
  sqlite3_stmt* statement = statement_.get();
  int code = SQLITE_OK;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    code = sqlite3_bind_int64(statement, parameter, *integer);
  } else if (const auto* number = std::get_if<double>(&value)) {
    code = sqlite3_bind_double(statement, parameter, *number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    code = sqlite3_bind_text64(statement, parameter, text->data(), text->size(), SQLITE_TRANSIENT,
                               SQLITE_UTF8);
  } else if (const auto* blob = std::get_if<Blob>(&value)) {
    code = sqlite3_bind_blob64(statement, parameter, blob->bytes.data(), blob->bytes.size(),
                               SQLITE_TRANSIENT);
  } else {
    code = sqlite3_bind_null(statement, parameter);
  }
  database_.require(code);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  database_.require(code);
  return code == SQLITE_ROW;
}

void Statement::run() {
  step();
  reset();
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

Value Statement::value(int column) const {
  sqlite3_stmt* statement = statement_.get();
  const int type = sqlite3_column_type(statement, column);
  if (type == SQLITE_INTEGER) return std::int64_t{sqlite3_column_int64(statement, column)};
  if (type == SQLITE_FLOAT) return sqlite3_column_double(statement, column);
  if (type == SQLITE_NULL) return {};
  // Null for an empty blob, so the size is asked after the bytes and decides.
  const void* bytes = type == SQLITE_TEXT ? sqlite3_column_text(statement, column)
                                          : sqlite3_column_blob(statement, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  std::string copy = bytes ? std::string(static_cast<const char*>(bytes), size) : std::string();
  if (type == SQLITE_TEXT) return copy;
  return Blob{std::move(copy)};
}

std::int64_t Statement::integer(int column) const {
  std::int64_t result = 0;
  from_value(value(column), result);
  return result;
}

void Statement::Finish::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

std::int64_t last_id(const Database& database) {
  return sqlite3_last_insert_rowid(database.handle());
}

std::int64_t integer_of(const Database& database, std::string_view sql) {
  Statement statement(database, sql);
  if (!statement.step()) throw BadRow("a query has no result");
  return statement.integer(0);
}

}  // namespace convtune::db
