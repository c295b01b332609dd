#include "salvage.hpp"

#include <algorithm>
#include <ctime>
#include <map>
#include <optional>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "denials.hpp"
#include "result.hpp"
#include "rows.hpp"
#include "store_file.hpp"
#include "transaction.hpp"
#include "valid_run.hpp"

namespace convtune::db {
namespace {

namespace fs = std::filesystem;

// Calls `use(statement)` for every row of `table` that can be reached by its key, in order; column
// 0 is the key. A damaged page makes some keys unreadable: those are stepped over, faster the more
// there are. No index is used, so a damaged one does not matter.
template <class Use>
void each_reachable(const Database& database, const std::string& table, const std::string& key,
                    const std::string& columns, Use&& use) {
  std::int64_t from = 1, step = 1;
  constexpr std::int64_t longest_step = 100'000;
  Statement next(database, fmt::format("SELECT {1}, {2} FROM {0} NOT INDEXED WHERE {1} >= ? "
                                       "ORDER BY {1}",
                                       table, key, columns));
  for (int failures = 0; failures < 1000;) {
    try {
      next.reset();
      next.bind(1, from);
      while (next.step()) {
        from = std::max(from, next.integer(0)) + 1;
        step = 1;
        try {
          use(next);
        } catch (const BadRow&) {
          // Not what was stored; the hash of the run that it belongs to will tell.
        }
      }
      return;
    } catch (const SqliteError& error) {
      if (!error.corrupt()) throw;
    } catch (const BadRow&) {
    }
    ++failures;
    from += step;
    if (failures > 100) step = std::min(step * 2, longest_step);
  }
}

template <class Row>
std::map<std::int64_t, Row> reachable(const Database& database, const Table<Row>& table) {
  std::map<std::int64_t, Row> rows;
  each_reachable(database, table.name, "id", select_list(table), [&](const Statement& statement) {
    Row row;
    read_row(statement, 1, table, row);
    rows.insert_or_assign(statement.integer(0), std::move(row));
  });
  return rows;
}

struct Head {
  Run run;
  std::uint64_t content = 0;
};

class Salvager {
 public:
  Salvager(const Database& from, Database& into)
      : from_(from),
        into_(into),
        newer_than_1_(integer_of(from, "PRAGMA user_version") > 1),
        environments_(reachable(from, environments())),
        candidates_(reachable(from, candidates())) {}

  Salvaged runs() {
    read_heads();
    read_links();
    // The measurements of a run were stored in one go, so their keys are neighbours.
    std::int64_t current = 0;
    each_reachable(from_, "measurement", "id",
                   "run_id, candidate_id, environment_id, " + select_list(measurements()),
                   [&](const Statement& row) {
                     const std::int64_t run_id = row.integer(1);
                     if (run_id != current) finish(current);
                     current = run_id;
                     const auto head = heads_.find(run_id);
                     if (head != heads_.end())
                       head->second.run.measurements.push_back(measurement(row));
                   });
    while (!heads_.empty()) finish(heads_.begin()->first);
    return salvaged_;
  }

  void the_rest() {
    for (const auto& [id, environment] : environments_)
      intern(into_, db::environments(), environment);
    each_reachable(from_, "setting", "rowid", "key, value, content", [&](const Statement& row) {
      std::string key, value;
      std::uint64_t stored = 0;
      from_value(row.value(1), key);
      from_value(row.value(2), value);
      from_value(row.value(3), stored);
      if (stored != content(key, value)) return;
      Statement(into_, "INSERT OR IGNORE INTO setting (key, value, content) VALUES (?, ?, ?)")
          .bind(1, key)
          .bind(2, value)
          .bind(3, to_value(stored))
          .run();
    });
    // Before schema 2 only people wrote denials, and without a hash.
    const char* seals = newer_than_1_ ? "content, imported, " : "NULL, NULL, ";
    each_reachable(from_, "denylist", "id", seals + select_list(denials()),
                   [&](const Statement& row) {
                     Denial denial;
                     read_row(row, 3, denials(), denial);
                     if (newer_than_1_) {
                       const std::uint64_t hash = content(denials(), denial);
                       if (row.value(1) != to_value(hash)) return;
                       denial.imported = imported_from(row.value(2), hash);
                     }
                     insert_denial(into_, denial);
                   });
  }

 private:
  void read_heads() {
    const auto problems = reachable(from_, db::problems());
    const auto machines = reachable(from_, devices());
    const std::string seals = newer_than_1_ ? "content, imported, " : "content, 0, ";
    each_reachable(from_, "run", "id", "problem_id, device_id, " + seals + select_list(db::runs()),
                   [&](const Statement& row) {
                     ++salvaged_.lost;  // until its hash says otherwise
                     const auto problem = problems.find(row.integer(1));
                     const auto machine = machines.find(row.integer(2));
                     if (problem == problems.end() || machine == machines.end()) return;
                     Head head{.run = {.problem = problem_of(problem->second)}};
                     head.run.machine = machine->second;
                     from_value(row.value(3), head.content);
                     head.run.imported = imported_from(row.value(4), head.content);
                     read_row(row, 5, db::runs(), head.run);
                     heads_.insert_or_assign(row.integer(0), std::move(head));
                   });
  }

  void read_links() {
    each_reachable(from_, "run_environment", "id", "run_id, environment_id",
                   [&](const Statement& row) {
                     const auto head = heads_.find(row.integer(1));
                     const auto environment = environments_.find(row.integer(2));
                     if (head != heads_.end() && environment != environments_.end())
                       head->second.run.environments.push_back(environment->second);
                   });
  }

  Value packed_samples(std::int64_t measurement_id) {
    try {
      Statement find(from_, "SELECT packed FROM sample WHERE measurement_id = ?");
      find.bind(1, measurement_id);
      if (find.step()) return find.value(0);
    } catch (const SqliteError& error) {
      if (!error.corrupt()) throw;
    }
    throw BadRow("its samples are lost");
  }

  Measurement measurement(const Statement& row) {
    Measurement result;
    const auto candidate = candidates_.find(row.integer(2));
    if (candidate == candidates_.end()) throw BadRow("its candidate is lost");
    result.candidate = candidate->second;
    if (const Value id = row.value(3); id != Value()) {
      const auto environment = environments_.find(row.integer(3));
      if (environment == environments_.end()) throw BadRow("its environment is lost");
      result.environment = environment->second.hash();
    }
    read_row(row, 4, measurements(), result);
    samples().columns[0].read(packed_samples(row.integer(0)), result);
    return result;
  }

  void finish(std::int64_t run_id) {
    const auto node = heads_.extract(run_id);
    if (node.empty() || content(node.mapped().run) != node.mapped().content) return;
    insert_run(into_, node.mapped().run);
    ++salvaged_.runs;
    --salvaged_.lost;
  }

  const Database& from_;
  Database& into_;
  bool newer_than_1_;
  std::map<std::int64_t, Environment> environments_;
  std::map<std::int64_t, Candidate> candidates_;
  std::map<std::int64_t, Head> heads_;
  Salvaged salvaged_;
};

}  // namespace

fs::path move_aside(const fs::path& path) {
  const std::string stem =
      fmt::format("{}.corrupt-{:%Y%m%dT%H%M%SZ}", path.string(), fmt::gmtime(std::time(nullptr)));
  std::string aside = stem;
  for (int number = 2; fs::exists(aside); ++number) aside = fmt::format("{}-{}", stem, number);
  // The log goes first: left beside a new store it would be replayed into it.
  std::error_code ignored;
  fs::remove(path.string() + "-shm", ignored);
  for (const char* tail : {"-wal", "-journal"})
    if (fs::exists(path.string() + tail)) fs::rename(path.string() + tail, aside + tail, ignored);
  std::error_code error;
  fs::rename(path, aside, error);
  if (error)
    throw Error(ErrorCode::environment,
                fmt::format("'{}' is damaged and cannot be moved aside: {}.", path.string(),
                            error.message()));
  return aside;
}

Salvaged salvage(const fs::path& damaged, Database& into) {
  Salvaged salvaged;
  // SQLite refuses a file that lost its end as a whole; with blanks in its place it reads the rest.
  std::error_code unknown;
  const auto size = fs::file_size(damaged, unknown);
  const bool lost_its_end = !unknown && size < header_bytes(damaged);
  if (lost_its_end) fs::resize_file(damaged, header_bytes(damaged), unknown);
  try {
    const Database from(damaged.string(), Database::Access::read);
    Transaction transaction(into, Transaction::Kind::write);
    Salvager salvager(from, into);
    salvaged = salvager.runs();
    salvager.the_rest();
    transaction.commit();
  } catch (const SqliteError& error) {
    // Damaged beyond reading; or the new store cannot be written, which must not pass for that.
    if (!error.corrupt()) throw;
  }
  if (lost_its_end) fs::resize_file(damaged, size, unknown);
  // What the look at it left beside it.
  std::error_code ignored;
  fs::remove(damaged.string() + "-shm", ignored);
  const std::string log = damaged.string() + "-wal";
  if (fs::file_size(log, ignored) == 0) fs::remove(log, ignored);
  return salvaged;
}

}  // namespace convtune::db
