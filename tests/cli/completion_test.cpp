#include <gtest/gtest.h>

#include "program.hpp"

namespace convtune {
namespace {

/// Whether `shell` finds the script valid; true where the shell is not installed.
bool valid(const std::string& shell, const std::string& check, const std::string& script) {
  const std::string there = "command -v " + shell + " >/dev/null 2>&1";
  if (std::system(there.c_str()) != 0) return true;
  return std::system((shell + " " + check + " " + script).c_str()) == 0;
}

TEST(Completion, ScriptsAreValid) {
  const Program program;
  for (const auto& [shell, check] :
       {std::pair{"bash", "-n"}, std::pair{"zsh", "-n"}, std::pair{"fish", "--no-execute"}}) {
    const Called called = program.run({"generate", shell});
    ASSERT_EQ(called.exit, 0) << called.err;
    EXPECT_TRUE(valid(shell, check, program.file(shell, called.out))) << called.out;
    for (const char* word : {"tune", "doctor", "workspace-limit", "one_run"})
      EXPECT_NE(called.out.find(word), std::string::npos) << shell << ": " << word;
    EXPECT_EQ(called.out.find("generate"), std::string::npos) << "hidden";
    EXPECT_EQ(called.out.find("answer-gemm"), std::string::npos) << "hidden";
  }
}

/// What bash offers when the last of `words` is being typed.
std::string offered(const Program& program, const std::string& words) {
  const std::string script = program.file("script", program.run({"generate", "bash"}).out);
  const std::string answer = (program.folder() / "answer").string();
  const std::string command = "bash -c 'source " + script + "; COMP_WORDS=(" + words +
                              "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _convtune; "
                              "echo \"${COMPREPLY[*]}\"' >" +
                              answer;
  EXPECT_EQ(std::system(command.c_str()), 0);
  return content_of(answer);
}

TEST(Completion, OffersCommandsOptionsAndValues) {
  const Program program;
  EXPECT_EQ(offered(program, "convtune ver"), "verify\n");
  EXPECT_EQ(offered(program, "convtune db in"), "info\n");
  EXPECT_EQ(offered(program, "convtune select --work"), "--workspace-limit\n");
  EXPECT_EQ(offered(program, "convtune tune --rigour ra"), "race\n");
  EXPECT_EQ(offered(program, "convtune --color a"), "auto always\n");
  EXPECT_EQ(offered(program, "convtune select --exclude wino"), "winograd winograd_non_fused\n");
  EXPECT_EQ(offered(program, "convtune select --policy gu"), "guess_once guess_on_shape_change\n");
}

TEST(Manual, HasEveryCommand) {
  const Called called = Program().run({"generate", "manual"});
  ASSERT_EQ(called.exit, 0) << called.err;
  EXPECT_TRUE(called.out.starts_with(".TH CONVTUNE 1")) << called.out;
  for (const char* command :
       {"tune", "bench", "select", "explain", "verify", "list sets", "db check", "doctor"})
    EXPECT_NE(called.out.find(std::string(".SS convtune ") + command), std::string::npos)
        << command;
  for (std::size_t at = 0; (at = called.out.find("\n.", at)) != std::string::npos; ++at)
    EXPECT_TRUE(std::isupper(called.out[at + 2]) || called.out.substr(at, 4) == "\n.br")
        << called.out.substr(at, 40);
}

}  // namespace
}  // namespace convtune
