#pragma once

#include <set>
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

/// Over the runs and denials of a store, by the hash of each.
std::uint64_t content_of_all(const std::set<std::uint64_t>& runs,
                             const std::set<std::uint64_t>& denials);

/// Of a column `imported`: 0, or what cannot be there by accident.
std::int64_t imported_mark(bool imported, std::uint64_t content);
/// The way back. Throws BadRow.
bool imported_from(const Value& mark, std::uint64_t content);

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

/// The same, unless a run of the same contents is there. True if anything changed.
bool insert_new_run(Database& database, const Run& run);

/// Removes a run, and what nothing refers to any more: its problem, its machine, its environments.
/// Candidates are left to remove_unused_candidates.
void remove_run(Database& database, std::int64_t id);
void remove_unused_candidates(Database& database);

/// Rows that could be read, and why the others could not.
template <class Row>
struct Read {
  std::vector<Row> rows;
  std::vector<std::string> faults;
};

/// The stored hashes of a table that has some.
std::set<std::uint64_t> hashes(const Database& database, const char* table);

Read<Run> read_runs(const Database& database, const ConvProblem& problem);
Read<ConvProblem> read_problems(const Database& database);
Read<Environment> read_environments(const Database& database);
/// Without those that only imported runs speak of.
Read<Environment> read_own_environments(const Database& database);
Read<Machine> read_machines(const Database& database);

/// The problem of a stored text; throws BadRow if it does not parse or has another hash.
ConvProblem problem_of(const ProblemRow& row);

}  // namespace convtune::db
