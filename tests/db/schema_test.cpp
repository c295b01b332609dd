// What people with an SQL prompt see, and what the schema forbids.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <db/sqlite_store.hpp>

#include "result.hpp"
#include "runs.hpp"
#include "statement.hpp"
#include "temporary_folder.hpp"

namespace convtune {
namespace {

class Schema : public testing::Test {
 protected:
  db::Database sql() { return db::Database(path_.string(), db::Database::Access::write); }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "store.db";
  std::unique_ptr<Store> store_ = open_sqlite_store(path_, OpenMode::write);
};

TEST_F(Schema, WinnerIsTheFastestOfTheNewestRunOfHighestRigour) {
  const auto add = [&](int problem, Rigour rigour, std::int64_t when,
                       const std::vector<double>& seconds) {
    convtune::Run run = plain_run(problem_number(problem), seconds);
    run.rigour = rigour;
    run.started_unix = when;
    return store_->add(run);
  };
  add(1, Rigour::race, 100, {1, 2, 3});
  const auto expected = add(1, Rigour::race, 200, {3, 2, 4});
  add(1, Rigour::one_run, 300, {3, 4, 1});
  add(2, Rigour::one_run, 100, {5, 4});
  convtune::Run none = plain_run(problem_number(2), {1});
  none.rigour = Rigour::exhaustive;
  none.measurements[0].outcome = Outcome::wrong;
  store_->add(none);

  const auto database = sql();
  db::Statement winners(database,
                        "SELECT problem, candidate, median_seconds, run_id FROM winner "
                        "ORDER BY run_id");
  ASSERT_TRUE(winners.step());
  EXPECT_EQ(winners.value(0), db::Value(text(problem_number(1))));
  EXPECT_EQ(winners.value(1), db::Value("cpu.number_1"));
  EXPECT_EQ(winners.value(2), db::Value(2.0));
  EXPECT_EQ(winners.integer(3), expected);
  ASSERT_TRUE(winners.step());
  EXPECT_EQ(winners.value(1), db::Value("cpu.number_1"));
  EXPECT_EQ(winners.value(2), db::Value(4.0));
  EXPECT_FALSE(winners.step());
}

TEST_F(Schema, EachEnvironmentHasItsWinner) {
  convtune::Run run = plain_run(problem_number(1), {1, 2});
  store_->add(run);
  run.environments[0].identity["threads"] = "2";
  for (Measurement& measurement : run.measurements)
    measurement.environment = run.environments[0].hash();
  store_->add(run);
  const auto database = sql();
  EXPECT_EQ(db::integer_of(database, "SELECT count(*) FROM winner"), 2);
  EXPECT_EQ(db::integer_of(database, "SELECT count(DISTINCT environment) FROM winner"), 2);
}

TEST_F(Schema, MeasurementsAndSamplesCannotBeChanged) {
  store_->add(plain_run(problem_number(1), {1, 2}));
  auto database = sql();
  EXPECT_THROW(database.execute("UPDATE measurement SET median_seconds = 0"), db::SqliteError);
  EXPECT_THROW(database.execute("UPDATE sample SET packed = x'00'"), db::SqliteError);
  EXPECT_EQ(db::integer_of(database, "SELECT count(*) FROM measurement WHERE median_seconds > 0"),
            2);
}

TEST_F(Schema, RowsKeepTogether) {
  store_->add(plain_run(problem_number(1), {1, 2}));
  auto database = sql();
  EXPECT_THROW(database.execute("DELETE FROM run"), db::SqliteError);
  EXPECT_THROW(database.execute("DELETE FROM candidate"), db::SqliteError);
  EXPECT_THROW(database.execute("INSERT INTO sample VALUES (77, x'')"), db::SqliteError);
  EXPECT_THROW(database.execute("INSERT INTO setting VALUES ('key', x'00', 1)"), db::SqliteError);
}

TEST_F(Schema, EveryTableIsStrict) {
  const auto database = sql();
  EXPECT_EQ(db::integer_of(database,
                           "SELECT count(*) FROM pragma_table_list "
                           "WHERE schema = 'main' AND type = 'table' AND NOT strict "
                           "AND name NOT LIKE 'sqlite_%'"),
            0);
  EXPECT_EQ(db::integer_of(database,
                           "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN "
                           "('device', 'environment', 'problem', 'candidate', 'run', "
                           "'measurement', 'sample', 'denylist')"),
            8);
}

// A lookup must not walk a table that grows with the number of problems.
TEST_F(Schema, ALookupUsesIndexes) {
  const auto database = sql();
  for (const char* query :
       {"SELECT id FROM problem WHERE hash = 1 AND text = 'x'",
        "SELECT * FROM run WHERE problem_id = 1",
        "SELECT * FROM measurement LEFT JOIN sample ON sample.measurement_id = measurement.id "
        "WHERE problem_id = 1 ORDER BY run_id, id",
        "SELECT * FROM run JOIN run_environment ON run_environment.run_id = run.id "
        "WHERE run.problem_id = 1 ORDER BY run_environment.id"}) {
    db::Statement plan(database, std::string("EXPLAIN QUERY PLAN ") + query);
    while (plan.step()) {
      const auto step = std::get<std::string>(plan.value(3));
      EXPECT_EQ(step.find("SCAN"), std::string::npos) << query << ": " << step;
    }
  }
}

TEST_F(Schema, PlainColumnsFollowFromTheSamples) {
  store_->add(plain_run(problem_number(1), {0.5}));
  const auto database = sql();
  db::Statement row(
      database,
      "SELECT n, median_seconds, interval_low_seconds, interval_high_seconds, outcome "
      "FROM measurement");
  ASSERT_TRUE(row.step());
  EXPECT_EQ(row.integer(0), 5);
  for (int column = 1; column <= 3; ++column) EXPECT_EQ(row.value(column), db::Value(0.5));
  EXPECT_EQ(row.value(4), db::Value("measured"));
}

TEST_F(Schema, CheckFindsWhatDoesNotFollow) {
  store_->add(plain_run(problem_number(1), {1, 2}));
  EXPECT_TRUE(store_->check().faults.empty());
  auto database = sql();
  database.execute("DROP TRIGGER measurement_append_only");
  database.execute("UPDATE measurement SET median_seconds = 7 WHERE id = 1");
  database.execute("UPDATE problem SET batch = 77");
  const StoreCheck check = store_->check();
  ASSERT_EQ(check.faults.size(), 3u);
  EXPECT_EQ(check.faults[0], "The definitions of its tables are not those of this schema.");
  EXPECT_EQ(check.faults[1],
            "Row 1 of table measurement: median_seconds does not follow from the rest.");
  EXPECT_EQ(check.faults[2], "Row 1 of table problem: batch does not follow from the rest.");
}

TEST_F(Schema, CheckFindsARunWhoseEnvironmentIsNamedWrongly) {
  store_->add(plain_run(problem_number(1), {1, 2}));
  sql().execute("UPDATE run SET environment = 'cpu:0123'");
  const StoreCheck check = store_->check();
  ASSERT_EQ(check.faults.size(), 1u);
  EXPECT_EQ(check.faults[0], "Row 1 of table run: environment does not follow from the rest.");
}

TEST_F(Schema, AChangedRowIsLeftOutWithOneWarning) {
  for (int run = 0; run < 3; ++run) store_->add(plain_run(problem_number(1), {1, 2}));
  store_->add(plain_run(problem_number(2), {1}));
  store_->set_setting("blas", "Haswell");
  {
    auto database = sql();
    database.execute("UPDATE run SET seed = seed + 1 WHERE id <> 2 AND id <> 4");
    database.execute("UPDATE setting SET value = 'Nehalem'");
    database.execute("UPDATE problem SET text = 'nonsense' WHERE id = 2");
  }
  EXPECT_EQ(store_->runs(problem_number(1)).size(), 1u);
  auto warnings = store_->warnings();
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("2 rows"), std::string::npos) << warnings[0];

  EXPECT_EQ(store_->setting("blas"), std::nullopt);
  EXPECT_EQ(store_->warnings().size(), 1u);
  EXPECT_EQ(store_->problems(), std::vector{problem_number(1)});
  EXPECT_EQ(store_->warnings().size(), 1u);
  EXPECT_TRUE(store_->runs(problem_number(2)).empty());
  EXPECT_GE(store_->check().faults.size(), 4u);
}

}  // namespace
}  // namespace convtune
