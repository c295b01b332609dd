#pragma once

#include <string>
#include <vector>

#include "columns.hpp"
#include "digest.hpp"

namespace convtune::db {

/// What identifies a row by its contents.
template <class Row>
std::uint64_t content(const Table<Row>& table, const Row& row) {
  Digest digest;
  each_value(table, row, [&](const Value& value) { digest.add(value); });
  return digest.value();
}

/// Covers a run with its problem, machine, environments, measurements and samples; not its id.
std::uint64_t content(const Run& run);

/// Covers a setting.
std::uint64_t content(const std::string& key, const std::string& value);

/// Where `row` is, or will be from now on: rows with equal columns are stored once.
template <class Row>
std::int64_t intern(Database& database, const Table<Row>& table, const Row& row) {
  const Value digest = to_value(content(table, row));
  std::string sql = "SELECT id FROM " + std::string(table.name) + " WHERE content = ?";
  for (const Column<Row>& column : table.columns)
    if (column.read) sql += " AND " + std::string(column.name) + " IS ?";
  Statement find(database, sql);
  find.bind(1, digest);
  int parameter = 2;
  each_value(table, row, [&](const Value& value) { find.bind(parameter++, value); });
  if (find.step()) return find.integer(0);

  Statement insert(database, insert_sql(table));
  insert.bind(1, digest);
  bind_row(insert, 2, table, row);
  insert.run();
  return last_id(database);
}

/// Appends `run`, inside a transaction of the caller's. Returns its id.
std::int64_t insert_run(Database& database, const Run& run);

/// Rows that could be read, and why the others could not.
template <class Row>
struct Read {
  std::vector<Row> rows;
  std::vector<std::string> faults;
};

Read<Run> read_runs(const Database& database, const ConvProblem& problem);
Read<ConvProblem> read_problems(const Database& database);
Read<Environment> read_environments(const Database& database);
Read<Machine> read_machines(const Database& database);

/// The problem of a stored text; throws BadRow if it does not parse or has another hash.
ConvProblem problem_of(const ProblemRow& row);

}  // namespace convtune::db
