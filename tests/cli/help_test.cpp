#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "program.hpp"

namespace convtune {
namespace {

struct HelpCase {
  const char* name;
  std::vector<std::string> command;
};

const HelpCase commands[] = {{"convtune", {}},
                             {"tune", {"tune"}},
                             {"bench", {"bench"}},
                             {"select", {"select"}},
                             {"explain", {"explain"}},
                             {"verify", {"verify"}},
                             {"capture", {"capture"}},
                             {"list", {"list"}},
                             {"list_implementations", {"list", "implementations"}},
                             {"list_candidates", {"list", "candidates"}},
                             {"list_sets", {"list", "sets"}},
                             {"list_problems", {"list", "problems"}},
                             {"list_devices", {"list", "devices"}},
                             {"db", {"db"}},
                             {"db_info", {"db", "info"}},
                             {"db_check", {"db", "check"}},
                             {"db_export", {"db", "export"}},
                             {"db_import", {"db", "import"}},
                             {"db_merge", {"db", "merge"}},
                             {"db_backup", {"db", "backup"}},
                             {"db_prune", {"db", "prune"}},
                             {"db_denylist", {"db", "denylist"}},
                             {"db_denylist_add", {"db", "denylist", "add"}},
                             {"db_denylist_lift", {"db", "denylist", "lift"}},
                             {"doctor", {"doctor"}},
                             {"replay", {"replay"}}};

TEST(Help, SaysWhatEachCommandTakes) {
  const Program program;
  for (const HelpCase& each : commands) {
    std::vector<std::string> arguments = each.command;
    arguments.emplace_back("--help");
    const Called called = program.run(arguments);
    EXPECT_EQ(called.exit, 0) << each.name;
    EXPECT_EQ(called.err, "") << each.name;
    expect_golden(std::string("help_") + each.name, called.out);
  }
}

/// The words after "convtune" of the example below a command's help.
std::vector<std::string> example_of(const std::string& help) {
  const std::size_t start = help.find("Example:\n  convtune ");
  std::istringstream words(start == std::string::npos ? "" : help.substr(start + 20));
  std::string line;
  std::getline(words, line);
  std::istringstream rest(line);
  std::vector<std::string> example;
  for (std::string word; rest >> word;) example.push_back(word);
  return example;
}

TEST(Help, HasExamplesThatWork) {
  const Program program;
  // Looking at the database needs one.
  ASSERT_EQ(program.run({"tune", tiny_problem(), "--rigour", "one_run"}).exit, 0);
  ASSERT_EQ(program.run({"bench", tiny_problem(), "--rounds", "4", "--save"}).exit, 0);
  const std::string other = (program.folder() / "other.db").string();
  ASSERT_EQ(program.run({"db", "backup", other}).exit, 0);
  const std::map<std::string, std::string> files = {
      {"run.log", program.file("run.log", "MIOpenDriver conv -n 1 -c 4 -k 4 -F 1\n")},
      {"convtune.jsonl", program.file("convtune.jsonl", program.run({"db", "export"}).out)},
      {"other.db", other},
      {"convtune-backup.db", (program.folder() / "convtune-backup.db").string()}};
  for (const HelpCase& each : commands) {
    std::vector<std::string> arguments = each.command;
    arguments.emplace_back("--help");
    std::vector<std::string> example = example_of(program.run(arguments).out);
    ASSERT_FALSE(example.empty()) << each.name;
    for (std::string& word : example)
      if (const auto file = files.find(word); file != files.end()) word = file->second;
    const Called called = program.run(example);
    EXPECT_EQ(called.exit, 0) << each.name << ": " << called.err;
    EXPECT_NE(called.out, "") << each.name;
  }
}

TEST(Version, NamesTheProgramAndItsLibraries) {
  const Called called = Program().run({"--version"});
  EXPECT_EQ(called.exit, 0);
  EXPECT_TRUE(called.out.starts_with("convtune ")) << called.out;
  EXPECT_NE(called.out.find("\nSQLite 3."), std::string::npos) << called.out;
}

}  // namespace
}  // namespace convtune
