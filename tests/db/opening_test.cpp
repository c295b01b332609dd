// Which files become a store, which are refused, and that those are left as they are.
#include "opening.hpp"

#include <csignal>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <db/sqlite_store.hpp>

#include "runs.hpp"
#include "statement.hpp"
#include "temporary_folder.hpp"

namespace convtune {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

class Opening : public testing::Test {
 protected:
  std::string refusal(OpenMode mode) {
    try {
      open_sqlite_store(path_, mode);
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::environment);
      return error.what();
    }
  }

  // Refused either way, not a byte changed, and nothing left beside it.
  void expect_untouched(const std::string& reason) {
    const std::string before = contents(path_);
    const int files = files_named(folder_.path(), "");
    EXPECT_THAT(refusal(OpenMode::read), HasSubstr(reason));
    EXPECT_THAT(refusal(OpenMode::write), HasSubstr(reason));
    EXPECT_EQ(contents(path_), before);
    EXPECT_EQ(files_named(folder_.path(), ""), files);
  }

  void fill(int runs = 3) {
    const auto store = open_sqlite_store(path_, OpenMode::write);
    for (int run = 0; run < runs; ++run)
      store->add(random_run(problem_number(1), static_cast<std::uint64_t>(run)));
  }

  void sql(const std::string& statement) {
    db::Database(path_.string(), db::Database::Access::create).execute(statement);
  }

  TemporaryFolder folder_;
  fs::path path_ = folder_ / "store.db";
};

// Which some builds of SQLite read as a URI: of memory, of a host, of no path at all.
TEST_F(Opening, ANameIsAPathWhateverItBeginsWith) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_.path());
  for (const char* const name : {"file:x.db", "file:x.db?mode=memory", "file::memory:"}) {
    open_sqlite_store(name, OpenMode::write)->add(random_run(problem_number(1), 1));
    EXPECT_TRUE(fs::exists(name)) << name;
    const auto again = open_sqlite_store(name, OpenMode::read);
    ASSERT_TRUE(again) << name;
    EXPECT_EQ(again->info().runs, 1) << name;
  }
  fs::current_path(before);
}

TEST_F(Opening, AMissingFileIsMadeByAWriterOnly) {
  EXPECT_THAT(refusal(OpenMode::read), HasSubstr("does not exist"));
  EXPECT_FALSE(fs::exists(path_));
  path_ = folder_ / "deep/er/store.db";
  EXPECT_EQ(refusal(OpenMode::write), "");
  EXPECT_TRUE(fs::exists(path_));
}

TEST_F(Opening, AFileNameAloneIsEnough) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_.path());
  EXPECT_NO_THROW(open_sqlite_store("alone.db", OpenMode::write));
  fs::current_path(before);
  EXPECT_TRUE(fs::exists(folder_ / "alone.db"));
}

TEST_F(Opening, AnEmptyFileIsANewStore) {
  write_contents(path_, "");
  const auto reader = open_sqlite_store(path_, OpenMode::read);
  EXPECT_THAT(reader->problems(), IsEmpty());
  EXPECT_THAT(reader->runs(problem_number(1)), IsEmpty());
  EXPECT_EQ(fs::file_size(path_), 0u);

  fill(1);
  EXPECT_EQ(open_sqlite_store(path_, OpenMode::read)->runs(problem_number(1)).size(), 1u);
}

TEST_F(Opening, TheFileSaysWhatItIs) {
  fill(1);
  const std::string bytes = contents(path_);
  EXPECT_EQ(bytes.substr(68, 4), "Conv");
  EXPECT_EQ(bytes.substr(60, 4), std::string("\0\0\0\3", 4));
  EXPECT_EQ(files_named(folder_.path(), ""), 1) << "a closed store is one file";
}

TEST_F(Opening, ForeignFilesAreLeftAlone) {
  for (const std::string& bytes : {std::string("x"), std::string("hello\n"), std::string(5000, 'x'),
                                   std::string("SQLite format 3\0", 16)}) {
    write_contents(path_, bytes);
    expect_untouched("is not a store of convtune");
  }
}

TEST_F(Opening, ForeignDatabasesAreLeftAlone) {
  sql("CREATE TABLE theirs (x); PRAGMA application_id = 7");
  expect_untouched("is not a store of convtune");
  fs::remove(path_);
  sql("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
  expect_untouched("is not a store of convtune");
}

TEST_F(Opening, AFolderIsRefused) {
  fs::create_directory(path_);
  EXPECT_THAT(refusal(OpenMode::read), HasSubstr("is a folder"));
  EXPECT_THAT(refusal(OpenMode::write), HasSubstr("is a folder"));
}

TEST_F(Opening, ANewerSchemaIsRefusedByName) {
  fill();
  sql("PRAGMA user_version = 4");
  expect_untouched("has schema 4, which is newer than schema 3 of this program");
}

TEST_F(Opening, ReadersChangeNothing) {
  fill();
  const std::string before = contents(path_);
  const auto store = open_sqlite_store(path_, OpenMode::read);
  EXPECT_THROW(store->add(random_run(problem_number(1), 1)), Error);
  EXPECT_THROW(store->set_setting("key", "value"), Error);
  EXPECT_THROW(store->remember({}), Error);
  EXPECT_EQ(store->runs(problem_number(1)).size(), 3u);
  EXPECT_EQ(contents(path_), before);
}

TEST_F(Opening, APathIsNotAUri) {
  path_ = folder_ / "odd ?mode=memory#%41 ü.db";
  fill();
  EXPECT_TRUE(fs::exists(path_));
  EXPECT_EQ(open_sqlite_store(path_, OpenMode::read)->runs(problem_number(1)).size(), 3u);
  const db::Database immutable(path_.string(), db::Database::Access::immutable);
  EXPECT_EQ(db::integer_of(immutable, "SELECT count(*) FROM run"), 3);
}

// Root may write into any folder, so this runs as nobody.
TEST_F(Opening, AReadOnlyFolderIsReadAsImmutable) {
  fill();
  const std::string before = contents(path_);
  fs::permissions(path_, fs::perms(0444));
  fs::permissions(folder_.path(), fs::perms(0555));
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(77);
    int faults = 0;
    try {
      const auto store = open_sqlite_store(path_, OpenMode::read);
      faults += store->runs(problem_number(1)).size() != 3;
      faults += !store->check().faults.empty();
      faults += !store->warnings().empty();
    } catch (...) {
      faults += 8;
    }
    try {
      open_sqlite_store(path_, OpenMode::write)->set_setting("key", "value");
      faults += 16;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::environment) faults += 32;
    }
    ::_exit(faults);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  fs::permissions(folder_.path(), fs::perms(0755));
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "cannot become another user here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(contents(path_), before);
  EXPECT_EQ(files_named(folder_.path(), ""), 1);
}

// Leaves the store as a process does that dies with the file open.
void die_after_adding(const fs::path& path, const std::string& network) {
  const pid_t child = ::fork();
  if (child == 0) {
    auto opened = db::open_for_writing(path, network);
    opened.database->execute("PRAGMA wal_autocheckpoint = 0");
    opened.database->execute("INSERT INTO setting VALUES ('key', 'value', 1)");
    if (!network.empty()) {
      // Pages spilled into the file in the middle of a transaction: a hot journal.
      opened.database->execute("PRAGMA cache_size = 1; BEGIN");
      opened.database->execute(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000) "
          "INSERT INTO denylist SELECT i, 'pattern', '{}', 'reason', 'hand', 0, 0, 0 FROM n");
    }
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
}

TEST_F(Opening, TheLogOfAKilledWriterIsRecovered) {
  die_after_adding(path_, "");
  ASSERT_GT(fs::file_size(path_.string() + "-wal"), 0u);
  const auto reader = open_sqlite_store(path_, OpenMode::read);
  EXPECT_EQ(reader->info().denied, 0);
  const db::Database database(path_.string(), db::Database::Access::read);
  EXPECT_EQ(db::integer_of(database, "SELECT count(*) FROM setting"), 1);
}

TEST_F(Opening, TheJournalOfAKilledWriterIsRolledBackEvenByAReader) {
  die_after_adding(path_, "NFS");
  ASSERT_GT(fs::file_size(path_.string() + "-journal"), 0u);
  ASSERT_GT(fs::file_size(path_), 200'000u) << "nothing was spilled";
  const auto reader = open_sqlite_store(path_, OpenMode::read);
  EXPECT_EQ(reader->info().denied, 0);
  EXPECT_THROW(reader->set_setting("key", "value"), Error);
}

TEST_F(Opening, ALostFirstPageIsRefusedWithWhatToDo) {
  fill();
  for (const char filler : {'\0', '\xee'}) {
    std::string bytes = contents(path_);
    std::fill(bytes.begin(), bytes.begin() + 4096, filler);
    write_contents(path_, bytes);
    expect_untouched(
        "its first page is damaged; it was left as it is. If it was one, a backup can");
  }
}

TEST_F(Opening, ADamagedSchemaIsMovedAsideByAWriterOnly) {
  fill();
  std::string bytes = contents(path_);
  std::fill(bytes.begin() + 100, bytes.begin() + 4096, '\xff');
  write_contents(path_, bytes);

  EXPECT_THAT(refusal(OpenMode::read), HasSubstr("is damaged"));
  EXPECT_EQ(contents(path_), bytes);

  const auto store = open_sqlite_store(path_, OpenMode::write);
  const auto warnings = store->warnings();
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_THAT(warnings[0], HasSubstr("was damaged, no run in it could be found, and it is now"));
  EXPECT_THAT(warnings[0], HasSubstr("merging a backup brings back what that holds"));
  EXPECT_EQ(files_named(folder_.path(), "store.db.corrupt-"), 1);
  EXPECT_THAT(store->problems(), IsEmpty());
  store->add(random_run(problem_number(1), 1));
  EXPECT_EQ(store->runs(problem_number(1)).size(), 1u);
}

}  // namespace
}  // namespace convtune
