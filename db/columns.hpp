#pragma once

#include <array>
#include <span>
#include <string>
#include <utility>

#include "statement.hpp"
#include "value.hpp"

namespace convtune::db {

/// One column of a table: its name, and how a row's field gets there and back. Everything that
/// walks the fields of a row (INSERT, SELECT, content hashes, checks, JSON, and later CSV) walks
/// these.
template <class Row>
struct Column {
  const char* name;
  Value (*write)(const Row&);
  void (*read)(const Value&, Row&);  ///< nullptr: follows from the others; is there for people
  bool json = false;                 ///< its text is JSON in canonical form
};

/// A table: its keys, whose values the caller gives in this order, then its columns.
template <class Row>
struct Table {
  const char* name;
  std::span<const char* const> keys;
  std::span<const Column<Row>> columns;
};

/// A problem as stored; `shape` feeds the columns to filter on and is not read back.
struct ProblemRow {
  std::uint64_t hash = 0;
  std::string text;
  ConvShape shape;
  double multiply_accumulates = 0;
};
ProblemRow row_of(const ConvProblem& problem);

const Table<Machine>& devices();
const Table<Environment>& environments();
const Table<ProblemRow>& problems();
const Table<Candidate>& candidates();
/// What there is of a candidate before anything ran: not a table, but walked like one.
const Table<Candidate>& offered();
const Table<Run>& runs();
const Table<Measurement>& measurements();
const Table<Measurement>& samples();
const Table<Denial>& denials();

/// "device.name, device.machine_class, ..." without keys.
template <class Row>
std::string select_list(const Table<Row>& table) {
  std::string list;
  for (const Column<Row>& column : table.columns)
    list += (list.empty() ? "" : ", ") + std::string(table.name) + '.' + column.name;
  return list;
}

template <class Row>
std::string insert_sql(const Table<Row>& table) {
  std::string names, marks;
  const auto append = [&](const char* name) {
    names += (names.empty() ? "" : ", ") + std::string(name);
    marks += marks.empty() ? "?" : ", ?";
  };
  for (const char* key : table.keys) append(key);
  for (const Column<Row>& column : table.columns) append(column.name);
  return "INSERT INTO " + std::string(table.name) + " (" + names + ") VALUES (" + marks + ")";
}

/// Binds the row from parameter `first` on; returns the parameter after it.
template <class Row>
int bind_row(Statement& statement, int first, const Table<Row>& table, const Row& row) {
  for (const Column<Row>& column : table.columns) statement.bind(first++, column.write(row));
  return first;
}

/// Reads what select_list asked for, from column `first` on. Throws BadRow.
template <class Row>
void read_row(const Statement& statement, int first, const Table<Row>& table, Row& row) {
  for (const Column<Row>& column : table.columns) {
    if (column.read) column.read(statement.value(first), row);
    ++first;
  }
}

/// Calls `use` with every value of the row that is not derived from others.
template <class Row, class Use>
void each_value(const Table<Row>& table, const Row& row, Use&& use) {
  for (const Column<Row>& column : table.columns)
    if (column.read) use(column.write(row));
}

}  // namespace convtune::db
