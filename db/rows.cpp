#include "rows.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

namespace convtune::db {
namespace {

// A run on its way from several queries; `fault` is the first thing wrong with it.
struct Arriving {
  Run run;
  std::uint64_t content = 0;
  std::string fault = {};
};

// Reads into the run with the id in column 0; what makes no sense spoils that run alone.
template <class Use>
void each_row_of(std::map<std::int64_t, Arriving>& arriving, Statement& statement, Use&& use) {
  while (statement.step()) {
    const auto found = arriving.find(statement.integer(0));
    if (found == arriving.end()) continue;
    try {
      use(found->second);
    } catch (const BadRow& bad) {
      if (found->second.fault.empty()) found->second.fault = bad.what();
    }
  }
}

std::map<std::int64_t, Arriving> read_heads(const Database& database, const ConvProblem& problem,
                                            std::int64_t problem_id) {
  std::map<std::int64_t, Arriving> arriving;
  Statement heads(database, fmt::format("SELECT run.id, run.content, run.imported, {}, {} FROM run "
                                        "LEFT JOIN device ON device.id = run.device_id "
                                        "WHERE run.problem_id = ?",
                                        select_list(runs()), select_list(devices())));
  heads.bind(1, problem_id);
  while (heads.step()) {
    Arriving next{.run = {.problem = problem}};
    next.run.id = heads.integer(0);
    try {
      from_value(heads.value(1), next.content);
      next.run.imported = imported_from(heads.value(2), next.content);
      read_row(heads, 3, runs(), next.run);
      read_row(heads, 3 + static_cast<int>(runs().columns.size()), devices(), next.run.machine);
    } catch (const BadRow& bad) {
      next.fault = bad.what();
    }
    arriving.insert_or_assign(next.run.id, std::move(next));
  }
  return arriving;
}

void read_environments_of(const Database& database, std::int64_t problem_id,
                          std::map<std::int64_t, Arriving>& arriving) {
  Statement statement(database,
                      fmt::format("SELECT run_environment.run_id, {} FROM run "
                                  "JOIN run_environment ON run_environment.run_id = run.id "
                                  "LEFT JOIN environment ON "
                                  "environment.id = run_environment.environment_id "
                                  "WHERE run.problem_id = ? ORDER BY run_environment.id",
                                  select_list(environments())));
  statement.bind(1, problem_id);
  each_row_of(arriving, statement, [&](Arriving& into) {
    Environment environment;
    read_row(statement, 1, environments(), environment);
    into.run.environments.push_back(std::move(environment));
  });
}

void read_measurements_of(const Database& database, std::int64_t problem_id,
                          std::map<std::int64_t, Arriving>& arriving) {
  Statement statement(
      database,
      fmt::format("SELECT measurement.run_id, environment.hash, {}, {}, {} FROM measurement "
                  "LEFT JOIN candidate ON candidate.id = measurement.candidate_id "
                  "LEFT JOIN environment ON environment.id = measurement.environment_id "
                  "LEFT JOIN sample ON sample.measurement_id = measurement.id "
                  "WHERE measurement.problem_id = ? ORDER BY measurement.run_id, measurement.id",
                  select_list(measurements()), select_list(candidates()), select_list(samples())));
  statement.bind(1, problem_id);
  each_row_of(arriving, statement, [&](Arriving& into) {
    Measurement measurement;
    const Value environment = statement.value(1);
    if (environment != Value()) from_value(environment, measurement.environment);
    int column = 2;
    read_row(statement, column, measurements(), measurement);
    column += static_cast<int>(measurements().columns.size());
    read_row(statement, column, candidates(), measurement.candidate);
    column += static_cast<int>(candidates().columns.size());
    read_row(statement, column, samples(), measurement);
    into.run.measurements.push_back(std::move(measurement));
  });
}

// Rows of a table whose key is their content, in the order in which they came.
template <class Row, class Use>
void each_interned(const Database& database, const Table<Row>& table, const char* condition,
                   std::vector<std::string>& faults, Use&& use) {
  Statement statement(database, fmt::format("SELECT content, {} FROM {} {} ORDER BY id",
                                            select_list(table), table.name, condition));
  while (statement.step()) {
    try {
      Row row;
      std::uint64_t stored = 0;
      from_value(statement.value(0), stored);
      read_row(statement, 1, table, row);
      if (stored != content(table, row)) throw BadRow("its columns are not those that were stored");
      use(row);
    } catch (const BadRow& bad) {
      faults.push_back(fmt::format("A row of table {} was left out: {}.", table.name, bad.what()));
    }
  }
}

template <class Row>
Read<Row> read_interned(const Database& database, const Table<Row>& table,
                        const char* condition = "") {
  Read<Row> result;
  each_interned(database, table, condition, result.faults,
                [&](Row& row) { result.rows.push_back(std::move(row)); });
  return result;
}

}  // namespace

std::uint64_t content(const Run& run) {
  Digest digest;
  const auto add = [&](const Value& value) { digest.add(value); };
  add(to_value(text(run.problem)));
  each_value(devices(), run.machine, add);
  add(to_value(std::uint64_t{run.environments.size()}));
  for (const Environment& environment : run.environments)
    each_value(environments(), environment, add);
  each_value(runs(), run, add);
  add(to_value(std::uint64_t{run.measurements.size()}));
  for (const Measurement& measurement : run.measurements) {
    add(to_value(measurement.environment));
    each_value(candidates(), measurement.candidate, add);
    each_value(measurements(), measurement, add);
    each_value(samples(), measurement, add);
  }
  return digest.value();
}

std::uint64_t content_of_all(const std::set<std::uint64_t>& runs,
                             const std::set<std::uint64_t>& denials) {
  Digest digest;
  for (const auto* all : {&runs, &denials}) {
    digest.add(to_value(std::uint64_t{all->size()}));
    for (const std::uint64_t each : *all) digest.add(to_value(each));
  }
  return digest.value();
}

std::int64_t imported_mark(bool imported, std::uint64_t content) {
  if (!imported) return 0;
  Digest digest;
  digest.add(std::string("imported"));
  digest.add(to_value(content));
  return static_cast<std::int64_t>(digest.value() | 1);
}

bool imported_from(const Value& mark, std::uint64_t content) {
  for (const bool imported : {false, true})
    if (mark == Value(imported_mark(imported, content))) return imported;
  throw BadRow("whether it was imported cannot be told");
}

std::uint64_t content(const std::string& key, const std::string& value) {
  Digest digest;
  digest.add(key);
  digest.add(value);
  return digest.value();
}

std::int64_t insert_run(Database& database, const Run& run) {
  const std::int64_t problem_id = intern(database, problems(), row_of(run.problem));

  Statement head(database, insert_sql(runs()));
  head.bind(1, problem_id);
  head.bind(2, intern(database, devices(), run.machine));
  const std::uint64_t hash = content(run);
  head.bind(3, to_value(hash));
  head.bind(4, imported_mark(run.imported, hash));
  bind_row(head, 5, runs(), run);
  head.run();
  const std::int64_t run_id = last_id(database);

  std::unordered_map<std::uint64_t, std::int64_t> environment_ids;
  Statement link(database, "INSERT INTO run_environment (run_id, environment_id) VALUES (?, ?)");
  for (const Environment& environment : run.environments) {
    const std::int64_t id = intern(database, environments(), environment);
    environment_ids.emplace(environment.hash(), id);
    link.bind(1, run_id).bind(2, id).run();
  }

  Statement row(database, insert_sql(measurements()));
  Statement packed(database, insert_sql(samples()));
  for (const Measurement& measurement : run.measurements) {
    const auto environment = environment_ids.find(measurement.environment);
    row.bind(1, run_id);
    row.bind(2, problem_id);
    row.bind(3, intern(database, candidates(), measurement.candidate));
    row.bind(4, environment == environment_ids.end() ? Value() : Value(environment->second));
    bind_row(row, 5, measurements(), measurement);
    row.run();
    packed.bind(1, last_id(database));
    bind_row(packed, 2, samples(), measurement);
    packed.run();
  }
  return run_id;
}

bool insert_new_run(Database& database, const Run& run) {
  const std::uint64_t hash = content(run);
  Statement find(database, "SELECT id FROM run WHERE content = ?");
  find.bind(1, to_value(hash));
  // A damaged row does not stand in the way of the whole one.
  const Run* there = nullptr;
  const Read<Run> known = find.step() ? read_runs(database, run.problem) : Read<Run>();
  for (const Run& each : known.rows)
    if (content(each) == hash && (!there || there->imported)) there = &each;
  if (!there) {
    insert_run(database, run);
    return true;
  }
  if (run.imported || !there->imported) return false;
  Statement(database, "UPDATE run SET imported = 0 WHERE id = ?").bind(1, there->id).run();
  return true;
}

void remove_run(Database& database, std::int64_t id) {
  const auto run = [&](const char* sql, std::int64_t parameter) {
    Statement(database, sql).bind(1, parameter).run();
  };
  std::int64_t problem = 0, device = 0;
  std::vector<std::int64_t> linked;
  {
    Statement head(database, "SELECT problem_id, device_id FROM run WHERE id = ?");
    head.bind(1, id);
    if (!head.step()) return;
    problem = head.integer(0);
    device = head.integer(1);
    Statement links(database, "SELECT environment_id FROM run_environment WHERE run_id = ?");
    links.bind(1, id);
    while (links.step()) linked.push_back(links.integer(0));
  }
  run("DELETE FROM sample WHERE measurement_id IN (SELECT id FROM measurement WHERE problem_id = "
      "(SELECT problem_id FROM run WHERE id = ?1) AND run_id = ?1)",
      id);
  run("DELETE FROM measurement WHERE problem_id = (SELECT problem_id FROM run WHERE id = ?1) "
      "AND run_id = ?1",
      id);
  run("DELETE FROM run_environment WHERE run_id = ?", id);
  run("DELETE FROM run WHERE id = ?", id);
  run("DELETE FROM problem WHERE id = ?1 AND NOT EXISTS "
      "(SELECT 1 FROM run WHERE problem_id = ?1)",
      problem);
  run("DELETE FROM device WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM run WHERE device_id = ?1)",
      device);
  for (const std::int64_t environment : linked)
    run("DELETE FROM environment WHERE id = ?1 AND NOT EXISTS "
        "(SELECT 1 FROM run_environment WHERE environment_id = ?1)",
        environment);
}

void remove_unused_candidates(Database& database) {
  database.execute(
      "DELETE FROM candidate WHERE NOT EXISTS "
      "(SELECT 1 FROM measurement WHERE candidate_id = candidate.id)");
}

std::set<std::uint64_t> hashes(const Database& database, const char* table) {
  std::set<std::uint64_t> all;
  Statement rows(database, fmt::format("SELECT content FROM {}", table));
  while (rows.step()) all.insert(static_cast<std::uint64_t>(rows.integer(0)));
  return all;
}

Read<Run> read_runs(const Database& database, const ConvProblem& problem) {
  Read<Run> result;
  Statement find(database, "SELECT id FROM problem WHERE hash = ? AND text = ?");
  find.bind(1, to_value(hash(problem))).bind(2, text(problem));
  while (find.step()) {
    const std::int64_t problem_id = find.integer(0);
    auto arriving = read_heads(database, problem, problem_id);
    read_environments_of(database, problem_id, arriving);
    read_measurements_of(database, problem_id, arriving);
    for (auto& [id, next] : arriving) {
      if (next.fault.empty() && content(next.run) != next.content)
        next.fault = "its rows are not those that were stored";
      if (next.fault.empty()) {
        result.rows.push_back(std::move(next.run));
      } else {
        result.faults.push_back(
            fmt::format("Run {} of {} was left out: {}.", id, text(problem), next.fault));
      }
    }
  }
  // What came in by a merge may be older than what was there.
  std::ranges::stable_sort(result.rows, {}, &Run::started_unix);
  return result;
}

Read<ConvProblem> read_problems(const Database& database) {
  Read<ConvProblem> result;
  each_interned(database, problems(), "", result.faults,
                [&](const ProblemRow& row) { result.rows.push_back(problem_of(row)); });
  return result;
}

Read<Environment> read_environments(const Database& database) {
  return read_interned(database, environments());
}

Read<Environment> read_own_environments(const Database& database) {
  return read_interned(
      database, environments(),
      "WHERE NOT EXISTS (SELECT 1 FROM run_environment WHERE environment_id = environment.id) "
      "OR EXISTS (SELECT 1 FROM run_environment JOIN run ON run.id = run_id "
      "WHERE environment_id = environment.id AND imported = 0)");
}

Read<Machine> read_machines(const Database& database) {
  return read_interned(database, devices());
}

ConvProblem problem_of(const ProblemRow& row) {
  try {
    const ConvProblem problem = parse_problem(row.text);
    if (hash(problem) != row.hash || text(problem) != row.text)
      throw BadRow("the problem '" + row.text + "' is not in its canonical form");
    return problem;
  } catch (const Error&) {
    throw BadRow("'" + row.text + "' is no problem");
  }
}

}  // namespace convtune::db
