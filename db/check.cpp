#include "check.hpp"

#include <cmath>

#include <fmt/format.h>

#include "migrate.hpp"
#include "result.hpp"
#include "rows.hpp"

namespace convtune::db {
namespace {

constexpr std::size_t enough = 100;

void check_pages(const Database& database, std::vector<std::string>& faults) {
  Statement pages(database, fmt::format("PRAGMA integrity_check({})", enough));
  while (pages.step()) {
    std::string line;
    from_value(pages.value(0), line);
    if (line != "ok") faults.push_back("SQLite finds: " + line + ".");
  }
}

void check_references(const Database& database, std::vector<std::string>& faults) {
  Statement rows(database, "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check");
  while (rows.step() && faults.size() < enough) {
    std::string table, parent;
    from_value(rows.value(0), table);
    from_value(rows.value(2), parent);
    faults.push_back(fmt::format("Row {} of table {} refers to a row of {} that is not there.",
                                 rows.integer(1), table, parent));
  }
}

void check_settings(const Database& database, std::vector<std::string>& faults) {
  Statement rows(database, "SELECT key, value, content FROM setting");
  while (rows.step()) {
    std::string key, value;
    from_value(rows.value(0), key);
    from_value(rows.value(1), value);
    if (to_value(content(key, value)) != rows.value(2))
      faults.push_back(fmt::format("The setting '{}' is not what was stored.", key));
  }
}

bool same(const Value& stored, const Value& computed) {
  const auto* left = std::get_if<double>(&stored);
  const auto* right = std::get_if<double>(&computed);
  // A compiler may round a sum differently from the one that stored it.
  if (left && right) return std::abs(*left - *right) <= 1e-13 * std::abs(*right);
  return stored == computed;
}

// The columns that follow from others, for people, must say what those say.
template <class Row, class Complete>
void check_derived(const Database& database, const Table<Row>& table, const std::string& from,
                   std::vector<std::string>& faults, Complete&& complete) {
  const int width = static_cast<int>(table.columns.size());
  Statement rows(database,
                 fmt::format("SELECT {}.rowid, {} {}", table.name, select_list(table), from));
  while (rows.step() && faults.size() < enough) {
    try {
      Row row;
      read_row(rows, 1, table, row);
      complete(row, rows, 1 + width);
      for (int column = 0; column < width; ++column) {
        const auto& [name, write, read, is_json] = table.columns[static_cast<std::size_t>(column)];
        if (!read && !same(rows.value(1 + column), write(row)))
          faults.push_back(fmt::format("Row {} of table {}: {} does not follow from the rest.",
                                       rows.integer(0), table.name, name));
      }
    } catch (const BadRow& bad) {
      faults.push_back(
          fmt::format("Row {} of table {}: {}.", rows.integer(0), table.name, bad.what()));
    }
  }
}

// The same for runs, whose rows lie in many tables.
void check_heads(const Database& database, const std::vector<Run>& all,
                 std::vector<std::string>& faults) {
  Statement row(database, fmt::format("SELECT {} FROM run WHERE id = ?", select_list(runs())));
  for (const Run& run : all) {
    row.bind(1, run.id);
    if (!row.step()) continue;
    for (int column = 0; column < static_cast<int>(runs().columns.size()); ++column) {
      const auto& [name, write, read, is_json] = runs().columns[static_cast<std::size_t>(column)];
      if (!read && row.value(column) != write(run))
        faults.push_back(
            fmt::format("Row {} of table run: {} does not follow from the rest.", run.id, name));
    }
    row.reset();
  }
}

std::vector<std::string> definitions(const Database& database) {
  std::vector<std::string> all;
  Statement rows(database, "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY name");
  while (rows.step()) from_value(rows.value(0), all.emplace_back());
  return all;
}

// Its comments are what people read, and SQLite does not.
void check_schema(const Database& database, std::vector<std::string>& faults) {
  Database fresh(":memory:", Database::Access::create);
  migrate(fresh);
  if (definitions(database) != definitions(fresh))
    faults.emplace_back("The definitions of its tables are not those of this schema.");
}

void check_rows(const Database& database, std::vector<std::string>& faults) {
  check_derived(database, measurements(),
                ", sample.packed FROM measurement LEFT JOIN sample ON sample.measurement_id = "
                "measurement.id",
                faults, [](Measurement& row, const Statement& statement, int column) {
                  samples().columns[0].read(statement.value(column), row);
                });
  check_derived(database, problems(), "FROM problem", faults,
                [](ProblemRow& row, const Statement&, int) { row = row_of(problem_of(row)); });
  check_derived(database, environments(), "FROM environment", faults,
                [](Environment&, const Statement&, int) {});
  check_derived(database, candidates(), "FROM candidate", faults,
                [](Candidate&, const Statement&, int) {});

  const Read<ConvProblem> known = read_problems(database);
  for (const ConvProblem& problem : known.rows) {
    if (faults.size() >= enough) return;
    const Read<Run> read = read_runs(database, problem);
    faults.insert(faults.end(), read.faults.begin(), read.faults.end());
    check_heads(database, read.rows, faults);
  }
  for (const auto& more :
       {read_environments(database).faults, read_machines(database).faults, known.faults})
    faults.insert(faults.end(), more.begin(), more.end());
}

}  // namespace

std::vector<std::string> faults_of(const Database& database) {
  std::vector<std::string> faults;
  try {
    require_known(database);
    check_pages(database, faults);
    check_schema(database, faults);
    check_references(database, faults);
    check_settings(database, faults);
    check_rows(database, faults);
  } catch (const SqliteError& error) {
    if (!error.corrupt()) throw;
    faults.emplace_back(error.what());
  } catch (const BadRow& bad) {
    faults.push_back(fmt::format("A row makes no sense: {}.", bad.what()));
  }
  if (faults.size() > enough) faults.resize(enough);
  return faults;
}

}  // namespace convtune::db
