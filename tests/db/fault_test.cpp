// Disks that are full or fail: what was stored stays, what was not is refused in one sentence.
#include <cstdio>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <db/sqlite_store.hpp>

#include "faulty_files.hpp"
#include "opening.hpp"
#include "result.hpp"
#include "runs.hpp"
#include "temporary_folder.hpp"

namespace convtune {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct Fault {
  const char* name;
  int code;
  const char* sentence;
};

class DiskFault : public testing::TestWithParam<Fault> {};

// The n-th write fails, and all after it, for every n until nothing fails any more.
TEST_P(DiskFault, LosesNothingThatWasStored) {
  int survivors = 0;
  bool failed = true;
  for (int writes = 0; failed; writes += 1 + writes / 16) {
    ASSERT_LT(writes, 5000);
    const TemporaryFolder folder;
    const auto path = folder / "store.db";
    int acknowledged = 0;
    {
      FaultyFiles faulty(writes, GetParam().code);
      try {
        const auto store = open_sqlite_store(path, OpenMode::write);
        for (; acknowledged < 6; ++acknowledged)
          store->add(random_run(problem_number(1), static_cast<std::uint64_t>(acknowledged)));
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::environment);
        EXPECT_THAT(error.what(), HasSubstr(GetParam().sentence));
        EXPECT_THAT(error.what(), HasSubstr(path.string()));
      }
      failed = faulty.failed();
    }
    const auto store = open_sqlite_store(path, OpenMode::write);
    const auto runs = store->runs(problem_number(1));
    ASSERT_EQ(runs.size(), static_cast<std::size_t>(acknowledged)) << writes << " writes";
    for (std::size_t run = 0; run < runs.size(); ++run)
      ASSERT_EQ(describe(runs[run]), describe(random_run(problem_number(1), run)));
    ASSERT_THAT(store->check().faults, IsEmpty());
    ASSERT_THAT(store->warnings(), IsEmpty());
    survivors += acknowledged;
  }
  EXPECT_GT(survivors, 6) << "some runs were stored before the fault";
}

TEST_P(DiskFault, AStoreGoesOnWhenItsDiskWorksAgain) {
  const TemporaryFolder folder;
  const auto path = folder / "store.db";
  open_sqlite_store(path, OpenMode::write)->add(random_run(problem_number(1), 1));
  FaultyFiles faulty(4, GetParam().code);
  const auto store = open_sqlite_store(path, OpenMode::write);
  EXPECT_THROW(store->add(random_run(problem_number(1), 2)), Error);
  EXPECT_EQ(store->runs(problem_number(1)).size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Write, DiskFault,
                         testing::Values(Fault{"full", SQLITE_FULL,
                                               "is full; what was stored before is still there."},
                                         Fault{"broken", SQLITE_IOERR_WRITE, "Reading or writing"}),
                         [](const auto& tested) { return tested.param.name; });

enum SmallDisks { all_said = 0, some_unsaid = 1, no_disks = 77 };

// Puts a denial on disks of every size up to one that has room for it. Changes this process's view
// of the file system, so it is for a child.
SmallDisks fill_small_disks(const std::filesystem::path& place) {
  if (::unshare(::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0 ||
      ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return no_disks;
  int full = 0, stored = 0;
  for (int kibibytes = 4; stored == 0 && kibibytes < 4096; kibibytes += 4) {
    const std::string size = "size=" + std::to_string(kibibytes) + "k";
    if (::mount("none", place.c_str(), "tmpfs", 0, size.c_str()) != 0) return no_disks;
    try {
      Denial denial;
      denial.pattern = denial.reason = "x";
      open_sqlite_store(place / "store.db", OpenMode::write)->deny(denial);
      ++stored;
    } catch (const Error& error) {
      const bool said = std::string(error.what()).find("is full") != std::string::npos;
      if (!said) std::fprintf(stderr, "%d KiB: %s\n", kibibytes, error.what());
      if (!said) return some_unsaid;
      ++full;
    }
    ::umount(place.c_str());
  }
  return full > 10 && stored == 1 ? all_said : some_unsaid;
}

TEST(DiskFull, IsSaidWhateverDidNotFit) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(fill_small_disks(folder.path()));
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == no_disks) GTEST_SKIP() << "cannot mount a disk here";
  EXPECT_EQ(WEXITSTATUS(status), all_said);
}

// What is asked of the disk first cannot be had in a test as root, so the limit is SQLite's own.
TEST(DiskFull, IsSaidWhenPagesRunOut) {
  const TemporaryFolder folder;
  auto opened = db::open_for_writing(folder / "store.db", "");
  opened.database->execute("PRAGMA max_page_count = 1");
  try {
    opened.database->execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000) "
        "INSERT INTO denylist SELECT i, 'pattern', '{}', 'reason', 'hand', 0, 0, 0 FROM n");
    FAIL() << "there was room";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("is full"));
  }
}

TEST(ResultCodes, AreEachOneSentence) {
  for (const int code :
       {SQLITE_BUSY, SQLITE_LOCKED, SQLITE_CORRUPT, SQLITE_IOERR_READ, SQLITE_FULL, SQLITE_NOTADB,
        SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_SCHEMA, SQLITE_INTERRUPT, SQLITE_PROTOCOL,
        SQLITE_PERM, SQLITE_NOMEM, SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISUSE}) {
    const db::SqliteError error(code, "/tmp/a.db", "detail");
    const std::string sentence = error.what();
    EXPECT_THAT(sentence, HasSubstr("'/tmp/a.db'"));
    EXPECT_TRUE(sentence.ends_with('.')) << sentence;
    EXPECT_EQ(error.corrupt(), code == SQLITE_CORRUPT || code == SQLITE_NOTADB);
    EXPECT_EQ(error.code(), code);
  }
  EXPECT_EQ(static_cast<const Error&>(db::SqliteError(SQLITE_INTERRUPT, "", "")).code(),
            ErrorCode::interrupted);
}

TEST(ResultCodes, ABusyFileIsWaitedForAndThenNamed) {
  const TemporaryFolder folder;
  const auto path = (folder / "store.db").string();
  auto holder = db::open_for_writing(path, "");
  holder.database->execute("BEGIN IMMEDIATE");
  db::Database other(path, db::Database::Access::write, std::chrono::milliseconds(20));
  try {
    other.execute("BEGIN IMMEDIATE");
    FAIL() << "two writers";
  } catch (const db::SqliteError& error) {
    EXPECT_EQ(error.primary(), SQLITE_BUSY);
    EXPECT_THAT(error.what(), HasSubstr("in use by another process"));
  }
  holder.database->execute("COMMIT");
  other.execute("BEGIN IMMEDIATE; COMMIT");
}

}  // namespace
}  // namespace convtune
