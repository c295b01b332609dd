// A store of every older schema, as its program left it, is brought up to date and loses nothing.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <db/sqlite_store.hpp>

#include "migrate.hpp"
#include "runs.hpp"
#include "statement.hpp"
#include "temporary_folder.hpp"

namespace convtune {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

class Migration : public testing::TestWithParam<int> {
 protected:
  Migration() {
    const fs::path fixture =
        fs::path(CONVTUNE_TEST_DATA) / fmt::format("fixtures/schema_{}.sql", GetParam());
    db::Database(path_.string(), db::Database::Access::create).execute(contents(fixture));
  }

  void expect_everything(const Store& store) {
    std::size_t runs = 0;
    for (const ConvProblem& problem : store.problems()) runs += store.runs(problem).size();
    EXPECT_EQ(runs, 7u);
    EXPECT_EQ(store.problems().size(), 3u);
    EXPECT_EQ(store.setting("blas"), "Haswell");
    EXPECT_EQ(store.info().imported, 0);
    EXPECT_EQ(store.info().environments.size(), 14u);
    ASSERT_EQ(store.denials().size(), 1u);
    EXPECT_EQ(store.denials()[0].pattern, "onednn.convolution/*");
    EXPECT_EQ(store.denials()[0].range, DenialRange{});
    EXPECT_EQ(store.info().schema_version, db::schema_version());
    EXPECT_THAT(store.check().faults, IsEmpty());
  }

  TemporaryFolder folder_;
  fs::path path_ = folder_ / "store.db";
};

TEST_P(Migration, AWriterBringsItUpToDate) {
  const auto store = open_sqlite_store(path_, OpenMode::write);
  expect_everything(*store);
  EXPECT_THAT(store->warnings(), IsEmpty());
  store->add(random_run(problem_number(1), 77));
  EXPECT_EQ(store->info().runs, 8);
}

TEST_P(Migration, AReaderReadsItAndLeavesItAsItIs) {
  const std::string before = contents(path_);
  expect_everything(*open_sqlite_store(path_, OpenMode::read));
  EXPECT_EQ(contents(path_), before);
}

TEST_P(Migration, ADamagedOneIsSalvaged) {
  std::string bytes = contents(path_);
  // An index; on the last page there are definitions.
  std::fill(bytes.end() - 2 * 4096, bytes.end() - 4096, '\xee');
  write_contents(path_, bytes);
  const auto store = open_sqlite_store(path_, OpenMode::write);
  EXPECT_GT(store->info().runs, 0);
  EXPECT_LE(store->info().runs, 7);
  EXPECT_EQ(files_named(folder_.path(), "corrupt"), 1);
  EXPECT_THAT(store->check().faults, IsEmpty());
}

TEST_P(Migration, TheContentsAreThoseThatWereStored) {
  const auto store = open_sqlite_store(path_, OpenMode::write);
  // Of these runs and this denial in every schema.
  EXPECT_EQ(store->info().content, 0x19bd166b6fc60c85u);
}

INSTANTIATE_TEST_SUITE_P(EverySchema, Migration, testing::Range(1, db::schema_version()),
                         [](const auto& schema) { return fmt::format("Schema{}", schema.param); });

TEST(Migrations, EveryOlderSchemaHasAFixture) {
  for (int version = 1; version < db::schema_version(); ++version)
    EXPECT_TRUE(
        fs::exists(fs::path(CONVTUNE_TEST_DATA) / fmt::format("fixtures/schema_{}.sql", version)));
}

}  // namespace
}  // namespace convtune
