// Export, import, merge and backup: nothing is lost, nothing is invented, and order does not
// matter.
#include <random>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <db/exchange.hpp>
#include <db/memory_store.hpp>
#include <db/sqlite_store.hpp>

#include "backup.hpp"
#include "json.hpp"
#include "runs.hpp"
#include "statement.hpp"
#include "temporary_folder.hpp"

namespace convtune {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

Denial denial_number(int number) {
  Denial denial;
  denial.pattern = fmt::format("cpu.number_{}*", number % 3);
  denial.reason = fmt::format("reason {}", number);
  denial.filed_unix = 100 - number;
  denial.imported = number % 4 == 3;
  return denial;
}

void fill(Store& store, std::uint64_t first, std::uint64_t end) {
  for (std::uint64_t seed = first; seed < end; ++seed)
    store.add(random_run(problem_number(static_cast<int>(seed % 4)), seed));
}

std::string exported(const Store& store) {
  std::string lines;
  const Exchanged all =
      export_lines(store, "1.2.3", [&](const std::string& line) { lines += line + "\n"; });
  EXPECT_THAT(all.faults, IsEmpty());
  return lines;
}

Exchanged import_from(const std::string& lines, Store& into) {
  std::istringstream stream(lines);
  return import_lines(stream, "some.jsonl", into);
}

// Everything that a merge may decide: runs with their mark, denials with theirs.
std::multiset<std::string> described(const Store& store) {
  std::multiset<std::string> all;
  for (const ConvProblem& problem : store.problems())
    for (const convtune::Run& run : store.runs(problem))
      all.insert(describe(run) + (run.imported ? "imported" : "ours"));
  for (const Denial& each : store.denials())
    all.insert(
        fmt::format("{} {} {} {}", each.pattern, each.reason, each.filed_unix, each.imported));
  return all;
}

TEST(Export, ImportsToIdenticalContents) {
  const TemporaryFolder folder;
  const auto store = open_sqlite_store(folder / "store.db", OpenMode::write);
  fill(*store, 0, 60);
  store->deny(denial_number(1));
  const std::string lines = exported(*store);

  const auto copy = open_sqlite_store(folder / "copy.db", OpenMode::write);
  const Exchanged imported = import_from(lines, *copy);
  EXPECT_THAT(imported.faults, IsEmpty());
  EXPECT_EQ(imported.runs, 60);
  EXPECT_EQ(imported.denials, 1);
  EXPECT_EQ(copy->info().content, store->info().content);
  EXPECT_EQ(copy->info().imported, 60);
  EXPECT_TRUE(copy->denials().at(0).imported);
  EXPECT_THAT(copy->check().faults, IsEmpty());
  for (int problem = 0; problem < 4; ++problem) {
    const auto before = store->runs(problem_number(problem));
    const auto after = copy->runs(problem_number(problem));
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i)
      EXPECT_EQ(describe(before[i]), describe(after[i]));
  }
  EXPECT_EQ(exported(*copy), lines) << "and it exports to the same bytes";

  const Exchanged again = import_from(lines, *copy);
  EXPECT_EQ(again.runs, 0);
  EXPECT_EQ(again.known, 60);
  EXPECT_EQ(copy->info().runs, 60);
}

TEST(Export, TheHeadSaysWhatComes) {
  const auto store = make_memory_store();
  fill(*store, 0, 3);
  const std::string lines = exported(*store);
  EXPECT_THAT(lines,
              testing::StartsWith(fmt::format(R"({{"schema":"convtune.export/1","version":"1.2.3",)"
                                              R"("content":"{:016x}","runs":3,"denials":0}})",
                                              store->info().content)));
}

TEST(Import, BadLinesAreNamedAndTheRestGoesOn) {
  const auto store = make_memory_store();
  fill(*store, 0, 6);
  std::istringstream lines(exported(*store));
  std::string line, spoilt;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (number == 3) line = "{\"run\": 7}";
    if (number == 4) line = line.substr(0, line.size() / 2);
    if (number == 6) line.insert(line.find("\"seed\":") + 7, "1");
    spoilt += line + "\n";
  }
  const auto into = make_memory_store();
  const Exchanged imported = import_from(spoilt, *into);
  EXPECT_EQ(imported.runs, 3);
  EXPECT_EQ(imported.rejected, 3);
  ASSERT_EQ(imported.faults.size(), 3u);
  EXPECT_THAT(imported.faults[0], HasSubstr("some.jsonl:3: The line was left out: "));
  EXPECT_THAT(imported.faults[1],
              HasSubstr("some.jsonl:4: The line was left out: it is not JSON."));
  EXPECT_THAT(imported.faults[2], HasSubstr("some.jsonl:6: "));
}

TEST(Import, WhatNoStoreTakesIsNamedAndTheRestGoesOn) {
  const auto store = make_memory_store();
  fill(*store, 0, 3);
  std::string lines = exported(*store);
  Denial denial = denial_number(1);
  denial.reason.clear();
  lines.insert(lines.find('\n') + 1,
               nlohmann::ordered_json{{"denial", db::json_of(denial)}}.dump() + "\n");
  const auto into = make_memory_store();
  const Exchanged imported = import_from(lines, *into);
  EXPECT_EQ(imported.runs, 3);
  EXPECT_THAT(
      imported.faults,
      testing::ElementsAre("some.jsonl:2: The line was left out: A denial needs a reason."));
}

TEST(Import, AFileCutAtALineIsNotWhole) {
  const auto store = make_memory_store();
  fill(*store, 0, 3);
  std::string lines = exported(*store);
  lines.resize(lines.rfind('\n', lines.size() - 2) + 1);
  const auto into = make_memory_store();
  const Exchanged imported = import_from(lines, *into);
  EXPECT_EQ(imported.runs, 2);
  ASSERT_EQ(imported.faults.size(), 1u);
  EXPECT_THAT(imported.faults[0], HasSubstr("It is not whole"));
}

TEST(Import, WhatIsNoExportIsRefused) {
  for (const char* text : {"", "\n", "{}", "[]", "{\"schema\":\"convtune.export/2\"}", "x"}) {
    const auto into = make_memory_store();
    try {
      import_from(text, *into);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_input);
      EXPECT_THAT(error.what(), HasSubstr("some.jsonl:1: It is not an export of convtune"));
    }
  }
}

TEST(Import, NothingThatWasNotExportedComesIn) {
  const auto store = make_memory_store();
  fill(*store, 0, 4);
  const std::string whole = exported(*store);
  const auto truth = described(*store);
  std::mt19937_64 random(12);
  for (int trial = 0; trial < 120; ++trial) {
    std::string lines = whole;
    const std::size_t place = random() % lines.size();
    if (trial % 3 == 0) {
      lines.resize(place);
    } else {
      lines[place] = static_cast<char>(lines[place] ^ 1 << random() % 8);
    }
    const auto into = make_memory_store();
    try {
      import_from(lines, *into);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_input) << error.what();
    }
    for (const ConvProblem& problem : into->problems())
      for (const convtune::Run& run : into->runs(problem))
        EXPECT_TRUE(truth.contains(describe(run) + "ours")) << trial << describe(run);
  }
}

TEST(Import, DeepAndLongLinesCostNothing) {
  const auto store = make_memory_store();
  const std::string head = exported(*store);
  const auto into = make_memory_store();
  const Exchanged deep = import_from(head + std::string(1 << 20, '['), *into);
  ASSERT_EQ(deep.faults.size(), 1u);
  EXPECT_THAT(deep.faults[0], HasSubstr("nested too deeply"));
  const Exchanged large = import_from(head + std::string(17 << 20, ' ') + "\n", *into);
  ASSERT_EQ(large.faults.size(), 1u);
  EXPECT_THAT(large.faults[0], HasSubstr("longer than 16 MiB"));
}

// A store of some of sixteen runs and some denials, a few of them imported.
std::unique_ptr<Store> random_store(std::mt19937_64& random) {
  auto store = make_memory_store();
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    if (random() % 2) continue;
    convtune::Run run = random_run(problem_number(static_cast<int>(seed % 4)), seed);
    run.imported = random() % 3 == 0;
    store->add_new(run);
  }
  for (int number = 0; number < 12; ++number)
    if (random() % 3 == 0) store->deny(denial_number(number));
  return store;
}

std::unique_ptr<Store> merged(std::initializer_list<const Store*> stores) {
  auto into = make_memory_store();
  for (const Store* store : stores) merge(*store, *into);
  return into;
}

TEST(Merge, IsAUnionWhateverTheOrder) {
  std::mt19937_64 random(13);
  for (int trial = 0; trial < 10; ++trial) {
    const auto a = random_store(random), b = random_store(random), c = random_store(random);
    const auto all = merged({a.get(), b.get(), c.get()});
    const auto expected = described(*all);
    EXPECT_EQ(described(*merged({c.get(), a.get(), b.get()})), expected);
    EXPECT_EQ(described(*merged({b.get(), c.get(), a.get()})), expected);
    EXPECT_EQ(described(*merged({a.get(), a.get(), c.get(), b.get(), a.get()})), expected);
    EXPECT_EQ(described(*merged({merged({a.get(), b.get()}).get(), c.get()})), expected);
    EXPECT_EQ(merged({c.get(), b.get(), a.get()})->info().content, all->info().content);
    EXPECT_EQ(described(*merged({a.get()})), described(*a));
  }
}

TEST(Merge, OfFilesIsThatOfMemory) {
  const TemporaryFolder folder;
  std::mt19937_64 random(14);
  const auto a = random_store(random), b = random_store(random);
  const auto file = open_sqlite_store(folder / "a.db", OpenMode::write);
  merge(*a, *file);
  merge(*b, *file);
  EXPECT_EQ(described(*file), described(*merged({b.get(), a.get()})));
  EXPECT_EQ(file->info().content, merged({a.get(), b.get()})->info().content);
  EXPECT_THAT(file->check().faults, IsEmpty());
}

TEST(Merge, TakesAnOlderSchemaAndLeavesTheFileAsItIs) {
  const TemporaryFolder folder;
  const fs::path old = folder / "old.db";
  db::Database(old.string(), db::Database::Access::create)
      .execute(contents(fs::path(CONVTUNE_TEST_DATA) / "fixtures/schema_1.sql"));
  const std::string before = contents(old);
  const auto into = make_memory_store();
  const Exchanged done = merge(*open_foreign_store(old), *into);
  EXPECT_EQ(done.runs, 7);
  EXPECT_EQ(done.denials, 1);
  EXPECT_EQ(into->info().content, 0x19bd166b6fc60c85u);
  EXPECT_EQ(contents(old), before);
  EXPECT_EQ(files_named(folder.path(), ""), 1);
}

TEST(Merge, RefusesWhatIsDamaged) {
  const TemporaryFolder folder;
  const fs::path path = folder / "a.db";
  fill(*open_sqlite_store(path, OpenMode::write), 0, 20);
  std::string bytes = contents(path);
  std::fill(bytes.end() - 4096, bytes.end(), '\x77');
  write_contents(path, bytes);
  EXPECT_THROW(open_foreign_store(path), Error);
  EXPECT_EQ(contents(path), bytes);
}

TEST(Backup, IsWholeOrNotThere) {
  const TemporaryFolder folder;
  const fs::path path = folder / "store.db", copy = folder / "copy.db";
  const auto store = open_sqlite_store(path, OpenMode::write);
  fill(*store, 0, 10);
  back_up_sqlite_store(path, copy, false);
  EXPECT_EQ(described(*open_sqlite_store(copy, OpenMode::read)), described(*store));
  const std::string before = contents(copy);

  fill(*store, 10, 12);
  EXPECT_THROW(back_up_sqlite_store(path, copy, false), Error);
  EXPECT_EQ(contents(copy), before);
  back_up_sqlite_store(path, copy, true);
  EXPECT_EQ(open_sqlite_store(copy, OpenMode::read)->info().runs, 12);
  EXPECT_THROW(back_up_sqlite_store(path, path, true), Error);
  EXPECT_THROW(back_up_sqlite_store(path, folder / "no/such/folder.db", false), Error);
  EXPECT_EQ(files_named(folder.path(), "partial"), 0);
  EXPECT_EQ(described(*store).size(), 12u);
}

TEST(Backup, ReplacesNothingButStores) {
  const TemporaryFolder folder;
  const fs::path path = folder / "store.db", other = folder / "thesis.txt";
  fill(*open_sqlite_store(path, OpenMode::write), 0, 2);
  for (const std::string& text : {std::string("x"), std::string(5000, 'x')}) {
    write_contents(other, text);
    EXPECT_THROW(back_up_sqlite_store(path, other, true), Error);
    EXPECT_EQ(contents(other), text);
  }
  write_contents(other, "");
  back_up_sqlite_store(path, other, true);
  EXPECT_EQ(open_sqlite_store(other, OpenMode::read)->info().runs, 2);
}

TEST(Backup, NamesTheFileThatWasAskedFor) {
  const TemporaryFolder folder;
  const fs::path path = folder / "store.db";
  fill(*open_sqlite_store(path, OpenMode::write), 0, 2);
  try {
    back_up_sqlite_store(path, folder / "no/such/folder.db", false);
    FAIL() << "it was written";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find("partial"), std::string::npos) << error.what();
  }
}

TEST(TwoVersions, AnOlderProgramStopsWhenANewerOneMigrates) {
  const TemporaryFolder folder;
  const fs::path path = folder / "store.db";
  const auto store = open_sqlite_store(path, OpenMode::write);
  fill(*store, 0, 3);
  {
    db::Database newer(path.string(), db::Database::Access::write);
    newer.execute("ALTER TABLE run RENAME COLUMN seed TO grain; PRAGMA user_version = 99");
  }
  const auto refused = [&](auto&& work) {
    try {
      work();
      return std::string();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::environment);
      return std::string(error.what());
    }
  };
  EXPECT_THAT(refused([&] { store->add(random_run(problem_number(1), 77)); }),
              HasSubstr("was given schema 99 by another version of this program"));
  EXPECT_THAT(refused([&] { store->runs(problem_number(1)); }), HasSubstr("schema 99"));
  EXPECT_THAT(refused([&] { store->check(); }), HasSubstr("schema 99"));
  EXPECT_THAT(refused([&] { open_sqlite_store(path, OpenMode::read); }), HasSubstr("newer"));
  EXPECT_EQ(files_named(folder.path(), "corrupt"), 0);
  const db::Database after(path.string(), db::Database::Access::read);
  EXPECT_EQ(db::integer_of(after, "SELECT count(*) FROM run"), 3);
}

}  // namespace
}  // namespace convtune
