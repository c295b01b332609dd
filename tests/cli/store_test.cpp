// What `convtune db` does to stores, through the built program.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program.hpp"

namespace convtune {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using Json = nlohmann::ordered_json;

class Database : public testing::Test {
 protected:
  Database() {
    const Called tuned = program_.run({"tune", tiny_problem(0), tiny_problem(1), "-q"});
    EXPECT_EQ(tuned.exit, 0) << tuned.err;
  }

  Json info(const std::string& database = {}) {
    std::vector<std::string> call = {"db", "info", "--json"};
    if (!database.empty()) call.insert(call.end(), {"--db", database});
    const Called called = program_.run(call);
    EXPECT_EQ(called.exit, 0) << called.err;
    return called.document();
  }

  std::string path(const char* name) const { return (program_.folder() / name).string(); }

  Program program_;
};

TEST_F(Database, AnExportImportsToTheSameContents) {
  const Called exported = program_.run({"db", "export"});
  ASSERT_EQ(exported.exit, 0) << exported.err;
  const std::string file = program_.file("all.jsonl", exported.out);
  const Called imported = program_.run({"db", "import", file, "--db", path("other.db"), "--json"});
  ASSERT_EQ(imported.exit, 0) << imported.err;
  EXPECT_EQ(imported.document()["rejected"], 0);
  EXPECT_EQ(info(path("other.db"))["content"], info()["content"]);
  EXPECT_EQ(info(path("other.db"))["imported"], info()["runs"]);

  const Called chosen =
      program_.run({"select", tiny_problem(), "--json", "--db", path("other.db")});
  EXPECT_EQ(chosen.document()["provenance"], "heuristic");
  const Called any = program_.run(
      {"select", tiny_problem(), "--json", "--trust", "any", "--db", path("other.db")});
  EXPECT_EQ(any.document()["provenance"], "stale");
}

TEST_F(Database, ALineThatIsDamagedIsNamedAndTheRestGoesOn) {
  const Called exported = program_.run({"db", "export"});
  std::string lines = exported.out;
  lines[lines.find("\"seed\":") + 8] ^= 1;
  const Called imported =
      program_.run({"db", "import", "-", "--db", path("other.db"), "--json"}, lines);
  EXPECT_EQ(imported.exit, 2);
  EXPECT_EQ(imported.document()["rejected"], 1);
  EXPECT_THAT(imported.err, HasSubstr("standard input:2: The line was left out: "));
  const Called nothing = program_.run({"db", "import", "-", "--db", path("other.db")}, "hello\n");
  EXPECT_EQ(nothing.exit, 2);
  EXPECT_THAT(nothing.err, HasSubstr("is not an export of convtune"));
}

TEST_F(Database, MergeAddsWhatIsNewOnce) {
  ASSERT_EQ(program_.run({"tune", tiny_problem(2), "-q", "--db", path("other.db")}).exit, 0);
  for (const bool expected : {true, false}) {
    const Called merged = program_.run({"db", "merge", path("other.db"), "--json"});
    ASSERT_EQ(merged.exit, 0) << merged.err;
    EXPECT_EQ(merged.document()["runs"] > 0, expected);
  }
  const Called chosen = program_.run({"select", tiny_problem(2), "--json"});
  EXPECT_EQ(chosen.document()["provenance"], "exact");
  const Called missing = program_.run({"db", "merge", path("none.db")});
  EXPECT_EQ(missing.exit, 3);
}

TEST_F(Database, ABackupIsACopyAndTakesNobodysPlace) {
  ASSERT_EQ(program_.run({"db", "backup", path("copy.db")}).exit, 0);
  EXPECT_EQ(info(path("copy.db"))["content"], info()["content"]);
  const Called again = program_.run({"db", "backup", path("copy.db")});
  EXPECT_EQ(again.exit, 3);
  EXPECT_THAT(again.err, HasSubstr("is there already"));
  const Called forced = program_.run({"db", "backup", path("copy.db"), "--force"});
  EXPECT_EQ(forced.exit, 0);
  EXPECT_EQ(forced.out, "'" + path("copy.db") + "' holds 2 runs of 2 problems.\n");
}

TEST_F(Database, ABackupMakesNoFolder) {
  const Called nowhere = program_.run({"db", "backup", path("no/copy.db")});
  EXPECT_EQ(nowhere.exit, 2);
  EXPECT_EQ(nowhere.err, "convtune: '" + path("no/copy.db") +
                             "' was not written: there is no folder '" + path("no") + "'.\n");
  EXPECT_FALSE(fs::exists(path("no")));
  fs::create_directory(path("folder"));
  const Called folder = program_.run({"db", "backup", "--force", path("folder")});
  EXPECT_EQ(folder.exit, 2);
  EXPECT_THAT(folder.err, HasSubstr("it is a folder"));
  EXPECT_FALSE(fs::exists(path("folder.partial")));
}

TEST_F(Database, PruneSaysWhatItWouldRemoveAndKeepsTheAnswers) {
  ASSERT_EQ(program_.run({"tune", tiny_problem(0), "--retune", "-q"}).exit, 0);
  const Json before = info();
  EXPECT_EQ(program_.run({"db", "prune"}).exit, 2);
  const Called mistyped = program_.run({"db", "prune", "--keep", "1", "--db", path("typo.db")});
  EXPECT_EQ(mistyped.exit, 3);
  EXPECT_THAT(mistyped.err, HasSubstr("typo.db' does not exist."));
  EXPECT_FALSE(fs::exists(path("typo.db")));
  const Called dry = program_.run({"db", "prune", "--keep", "1", "--dry-run", "--json"});
  ASSERT_EQ(dry.exit, 0) << dry.err;
  EXPECT_EQ(info()["content"], before["content"]);
  const Called pruned = program_.run({"db", "prune", "--keep", "1", "--json"});
  ASSERT_EQ(pruned.exit, 0) << pruned.err;
  EXPECT_EQ(pruned.document()["runs"], dry.document()["runs"]);
  EXPECT_EQ(info()["runs"], pruned.document()["left"]);
  const Called chosen = program_.run({"select", tiny_problem(), "--json"});
  EXPECT_EQ(chosen.document()["provenance"], "exact");
  EXPECT_EQ(program_.run({"db", "check"}).exit, 0);
}

TEST_F(Database, TheDenylistIsSeenAddedToAndLifted) {
  const std::string winner =
      program_.run({"select", tiny_problem(), "--json"}).document()["candidate"];
  const Called added = program_.run(
      {"db", "denylist", "add", "*/*", "--backend", "onednn", "--reason", "for a test", "--json"});
  ASSERT_EQ(added.exit, 0) << added.err;
  const Json denial = added.document()["denials"][0];
  EXPECT_EQ(denial["origin"], "hand");
  const Called shown = program_.run({"db", "denylist"});
  EXPECT_THAT(shown.out, HasSubstr("for a test"));
  EXPECT_EQ(info()["denied"], 1);

  const std::string other =
      program_.run({"select", tiny_problem(), "--json"}).document()["candidate"];
  EXPECT_NE(other.substr(0, 7), "onednn.");
  const Called listed = program_.run({"list", "candidates", tiny_problem()});
  EXPECT_THAT(listed.out, HasSubstr("is on the denylist"));

  const std::string number = std::to_string(denial["id"].get<int>());
  EXPECT_EQ(program_.run({"db", "denylist", "lift", number}).exit, 0);
  EXPECT_EQ(program_.run({"db", "denylist", "lift", number}).exit, 2);
  EXPECT_EQ(program_.run({"select", tiny_problem(), "--json"}).document()["candidate"], winner);
  EXPECT_EQ(program_.run({"db", "denylist", "add", "x"}).exit, 2) << "no reason";
}

TEST_F(Database, ADenialOfNothingThatIsKnownIsDoubted) {
  const auto add = [&](const std::vector<std::string>& arguments) {
    std::vector<std::string> call = {"db", "denylist", "add", "--reason", "for a test"};
    call.insert(call.end(), arguments.begin(), arguments.end());
    return program_.run(call);
  };
  EXPECT_EQ(add({"cpu.direct/*"}).err, "");
  const Called unknown = add({"nosuch*"});
  EXPECT_EQ(unknown.exit, 0);
  EXPECT_EQ(unknown.err, "convtune: warning: No candidate that is known here matches 'nosuch*'.\n");
  const Called elsewhere = add({"*", "--backend", "nosuch"});
  EXPECT_EQ(elsewhere.exit, 2);
  EXPECT_THAT(elsewhere.err, HasSubstr("There is no backend 'nosuch'; there are cpu, "));
}

TEST_F(Database, ACheckSaysNoMoreThanIsKnown) {
  std::string bytes = content_of(program_.database());
  constexpr std::ptrdiff_t page = 4096;
  std::fill(bytes.begin() + page, bytes.begin() + 2 * page, '\x77');
  const std::string damaged = program_.file("damaged.db", bytes);
  const Called text = program_.run({"db", "check", "--db", damaged});
  EXPECT_EQ(text.exit, 1);
  EXPECT_THAT(text.out, testing::StartsWith(damaged + "\nSQLite finds: "));
  const Called json = program_.run({"db", "check", "--json", "--db", damaged});
  EXPECT_EQ(json.document()["path"], damaged);
  EXPECT_EQ(json.document()["runs"], nullptr);
  EXPECT_EQ(json.document()["ok"], false);
}

TEST_F(Database, OneThatIsNamedAndNotThereIsWarnedOf) {
  program_.set("CONVTUNE_DB=" + path("none.db"));
  const Called by_variable = program_.run({"select", tiny_problem()});
  const Called by_option = program_.run({"select", tiny_problem(), "--db", path("none.db")});
  EXPECT_THAT(by_option.err, HasSubstr("nothing is known"));
  EXPECT_EQ(by_variable.err, by_option.err);
}

TEST_F(Database, TheSystemsAnswersBelowTheUsers) {
  ASSERT_EQ(program_.run({"db", "backup", path("system.db")}).exit, 0);
  const std::string before = content_of(path("system.db"));
  program_.set("CONVTUNE_SYSTEM_DB=" + path("system.db"));
  fs::remove(program_.database());
  const Called below = program_.run({"select", tiny_problem(), "--json"});
  ASSERT_EQ(below.exit, 0) << below.err;
  EXPECT_EQ(below.document()["provenance"], "exact");
  ASSERT_EQ(program_.run({"tune", tiny_problem(2), "-q"}).exit, 0);
  EXPECT_EQ(info()["system"]["problems"], 2);
  EXPECT_EQ(content_of(path("system.db")), before);

  program_.set("CONVTUNE_SYSTEM_DB=" + path("none.db"));
  const Called without = program_.run({"select", tiny_problem(2), "--json"});
  EXPECT_EQ(without.exit, 0);
  EXPECT_THAT(without.err, HasSubstr("The system's database was not asked"));
}

}  // namespace
}  // namespace convtune
