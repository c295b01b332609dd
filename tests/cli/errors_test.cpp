#include <cstdlib>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "program.hpp"

namespace convtune {
namespace {

struct Refused {
  const char* name;
  std::vector<std::string> arguments;
  int exit = 2;
};

class Errors : public testing::TestWithParam<Refused> {};

TEST_P(Errors, AreOneClearSentence) {
  const Program program;
  program.file("empty.txt", "");
  program.file("comments.txt", "# nothing but this\n\n");
  program.file("early.json", "[{\"problem\": ");
  program.file("foreign.db", "This is somebody else's file.\n");
  std::vector<std::string> arguments = GetParam().arguments;
  for (std::string& argument : arguments)
    if (argument.starts_with("@")) argument = (program.folder() / argument.substr(1)).string();
  const Called called = program.run(arguments);
  EXPECT_EQ(called.exit, GetParam().exit) << called.out;
  EXPECT_EQ(called.out, "");
  expect_golden(std::string("error_") + GetParam().name, masked(called.err, program));
  EXPECT_EQ(content_of(program.folder() / "foreign.db"), "This is somebody else's file.\n");
}

INSTANTIATE_TEST_SUITE_P(
    Cli, Errors,
    testing::Values(
        Refused{"no_command", {}}, Refused{"unknown_command", {"tnue", "resnet50"}},
        Refused{"unknown_inner_command", {"db", "inof"}}, Refused{"no_inner_command", {"list"}},
        Refused{"unknown_option", {"select", tiny_problem(), "--workspace-limt", "0"}},
        Refused{"misplaced_option", {"--budget", "3s", "tune", tiny_problem()}},
        Refused{"no_problem_given", {"tune"}},
        Refused{"option_without_value", {"tune", tiny_problem(), "--budget"}},
        Refused{"option_for_a_value",
                {"select", tiny_problem(), "--workspace-limit", "--db", "@foreign.db"}},
        Refused{"json_that_ends_early", {"list", "problems", "@early.json"}},
        Refused{"bad_word", {"tune", tiny_problem(), "--rigour", "rase"}},
        Refused{"bad_number", {"tune", tiny_problem(), "--batch", "many"}},
        Refused{"no_threads", {"tune", tiny_problem(), "--threads", "0"}},
        Refused{"bad_size", {"select", tiny_problem(), "--workspace-limit", "64M"}},
        Refused{"empty_database_name", {"select", tiny_problem(), "--db", ""}},
        Refused{"bad_age", {"select", tiny_problem(), "--max-age", "soon"}},
        Refused{"bad_budget", {"tune", tiny_problem(), "--budget", "-3s"}},
        Refused{"bad_problem", {"select", "fwd.f32.nchw_n1c8i8x8k8f3y3s1x1p1x1d1x1g1"}},
        Refused{"impossible_problem", {"select", "fwd.f32.nchw_n1c8i8x8k8f9x9s1x1p0x0d1x1g3"}},
        Refused{"nothing_of_that_name", {"tune", "no_such_file"}},
        Refused{"empty_file", {"tune", "@empty.txt"}},
        Refused{"only_comments", {"tune", "@comments.txt"}},
        Refused{"nothing_on_stdin", {"tune", "-"}}, Refused{"two_for_one", {"select", "alexnet"}},
        Refused{"one_argument_too_many", {"select", tiny_problem(), tiny_problem(1)}},
        Refused{"policy_and_on_miss",
                {"select", tiny_problem(), "--policy", "small", "--on-miss", "fail"}},
        Refused{"unknown_policy", {"select", tiny_problem(), "--policy", "smal"}},
        Refused{"replay_of_both", {"replay", tiny_problem(), "--recorded", "@empty.txt"}},
        Refused{"unknown_rule", {"replay", "--recorded", "@empty.txt", "--rule", "rase"}},
        Refused{"no_recording", {"replay", "--recorded", "@comments.txt"}},
        Refused{"no_module", {"list", "implementations", "-q", "--module", "@none.so"}},
        Refused{"not_a_module", {"list", "sets", "-q", "--module", "@foreign.db"}},
        Refused{"unknown_device", {"select", tiny_problem(), "--device", "h2000"}},
        Refused{"no_answer", {"select", tiny_problem(), "--on-miss", "fail"}, 1},
        Refused{"foreign_database", {"tune", tiny_problem(), "--db", "@foreign.db"}, 3},
        Refused{"foreign_database_info", {"db", "info", "--db", "@foreign.db"}, 3},
        Refused{"no_database", {"db", "info"}, 3}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Rejected, LinesAreReportedWithTheirPlaceAndTheRestIsDone) {
  const Program program;
  const std::string list = program.file(
      "list.txt", tiny_problem() + "\n# a comment\n  nonsense\n" + tiny_problem(1) + "\n");
  const Called listed = program.run({"list", "problems", list, "--json"});
  EXPECT_EQ(listed.exit, 2);
  EXPECT_EQ(listed.document()["problems"].size(), 2u);
  EXPECT_NE(listed.err.find("list.txt:3:"), std::string::npos) << listed.err;

  const Called tuned = program.run({"tune", list, "--json", "--quiet", "--rigour", "one_run"});
  EXPECT_EQ(tuned.exit, 2) << tuned.err;
  EXPECT_EQ(tuned.lines().size(), 3u);
  EXPECT_EQ(tuned.lines().back()["rejected"], 1);
  EXPECT_EQ(tuned.lines().back()["tuned"], 2);
}

TEST(Rejected, ALineIsCountedOnce) {
  const Program program;
  const std::string list = program.file("list.txt", tiny_problem() + "\nnonsense rubbish\n");
  const Called tuned = program.run({"tune", list, "--json", "--rigour", "one_run"});
  EXPECT_EQ(tuned.lines().back()["rejected"], 1);
  EXPECT_NE(tuned.err.find("list.txt:2:1: Found 'nonsense', expected "), std::string::npos)
      << tuned.err;
  EXPECT_NE(tuned.err.find("list.txt:2:10: Found 'rubbish', "), std::string::npos) << tuned.err;
}

TEST(Rejected, AnswersThatCannotBeWrittenAreTheEnvironmentsFault) {
  const Program program;
  const std::string errors = (program.folder() / "errors").string();
  const int status =
      std::system((std::string(CONVTUNE_PROGRAM) + " list sets >/dev/full 2>" + errors).c_str());
  EXPECT_EQ(WEXITSTATUS(status), 3);
  EXPECT_EQ(content_of(errors),
            "convtune: The answer could not be written: No space left on device.\n");
}

TEST(Modules, ThatOnlyTheEnvironmentListsAreAWarningWhichQuietHides) {
  Program program;
  program.set("CONVTUNE_MODULES=" + (program.folder() / "none.so").string());
  const Called told = program.run({"list", "implementations"});
  EXPECT_EQ(told.exit, 0);
  EXPECT_EQ(masked(told.err, program),
            "convtune: warning: The module <folder>/none.so is not there.\n");
  const Called quiet = program.run({"list", "implementations", "-q"});
  EXPECT_EQ(quiet.exit, 0);
  EXPECT_EQ(quiet.err, "");
}

}  // namespace
}  // namespace convtune
