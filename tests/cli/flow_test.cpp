// What one command leaves for the next.
#include <algorithm>
#include <csignal>
#include <cstdlib>

#include <gtest/gtest.h>
#include <unistd.h>

#include "program.hpp"

namespace convtune {
namespace {

using Json = nlohmann::ordered_json;

std::string list_of(int problems) {
  std::string text;
  for (int i = 0; i < problems; ++i) text += tiny_problem(i) + "\n";
  return text;
}

TEST(Flow, TheSecondTuningAnswersFromTheStore) {
  const Program program;
  const std::string list = program.file("list.txt", list_of(2));
  const Called first = program.run({"tune", list, "--json", "-q"});
  ASSERT_EQ(first.exit, 0) << first.err;
  const Called second = program.run({"tune", list, "--json", "-q"});
  ASSERT_EQ(second.exit, 0) << second.err;
  EXPECT_EQ(second.lines().back()["from_store"], 2);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(second.lines()[i]["from_store"], true);
    EXPECT_EQ(second.lines()[i]["choice"]["candidate"], first.lines()[i]["choice"]["candidate"]);
  }
  const Called again = program.run({"tune", tiny_problem(), "--json", "-q", "--retune"});
  EXPECT_EQ(again.lines().back()["tuned"], 1);
}

TEST(Flow, EachProtocolHasItsOwnRows) {
  const Program program;
  for (const std::string protocol : {"cold_weights", "cold_rotated"}) {
    const std::vector<std::string> question = {"select", tiny_problem(), "--protocol", protocol,
                                               "--json"};
    EXPECT_EQ(program.run(question).document()["provenance"], "heuristic") << protocol;
    const Called tuned = program.run({"tune", tiny_problem(), "--rigour", "one_run", "--candidates",
                                      "cpu*", "--protocol", protocol, "--json", "-q"});
    ASSERT_EQ(tuned.exit, 0) << tuned.err;
    EXPECT_EQ(program.run(question).document()["provenance"], "exact") << protocol;
  }
  EXPECT_EQ(program.run({"select", tiny_problem(), "--json"}).document()["provenance"], "heuristic")
      << "nothing is warm";
}

TEST(Flow, AnAnswerCanBeConfirmed) {
  const Program program;
  const std::vector<std::string> tune = {"tune", tiny_problem(), "--rigour", "confirmed", "--json"};
  const Called first = program.run(tune);
  ASSERT_EQ(first.exit, 0) << first.err;
  const Json explanation = program.run({"explain", tiny_problem(), "--json"}).document();
  ASSERT_GE(explanation["runs"].size(), 2u);
  EXPECT_EQ(explanation["runs"][1]["fresh_process"], true);
  // Whether the two agree is the machine's business, and then known or said.
  const bool unstable = first.err.find("is unstable") != std::string::npos;
  if (!unstable) {
    EXPECT_EQ(first.lines()[0]["choice"]["rigour"], "confirmed");
    EXPECT_EQ(program.run(tune).lines()[0]["from_store"], true);
  }
}

TEST(Flow, ConstraintsAreAskedOfWhatIsStored) {
  const Program program;
  ASSERT_EQ(program.run({"tune", tiny_problem(), "-q"}).exit, 0);
  for (const auto& [limit, bytes] : {std::pair{"0", 0}, {"10KiB", 10 << 10}, {"64MB", 64000000}}) {
    const Called called =
        program.run({"select", tiny_problem(), "--workspace-limit", limit, "--json"});
    ASSERT_EQ(called.exit, 0) << called.err;
    const Json choice = called.document();
    EXPECT_LE(choice["workspace_bytes"], bytes);
    // No fast candidate of this problem does without a workspace.
    if (bytes > 0) {
      EXPECT_EQ(choice["provenance"], "exact") << choice;
    }
  }
  const Json deterministic =
      program.run({"select", tiny_problem(), "--deterministic", "--json"}).document();
  EXPECT_EQ(deterministic["deterministic"], true);
  const Called gemm = program.run({"select", tiny_problem(), "--require", "gemm", "--json"});
  EXPECT_EQ(gemm.exit, 0) << gemm.err;
  const Called absent = program.run({"select", tiny_problem(), "--require", "cudnn"});
  EXPECT_EQ(absent.exit, 1);
  EXPECT_EQ(absent.out, "");
  EXPECT_NE(absent.err, "");
}

TEST(Flow, AMissIsMeasuredWhenAskedFor) {
  const Program program;
  const Called called = program.run({"select", tiny_problem(), "--on-miss", "measure", "--json"});
  ASSERT_EQ(called.exit, 0) << called.err;
  EXPECT_GT(called.document()["seconds"], 0);
  const Called stored = program.run({"select", tiny_problem(), "--on-miss", "fail", "--json"});
  ASSERT_EQ(stored.exit, 0) << stored.err;
  EXPECT_EQ(stored.document()["candidate"], called.document()["candidate"]);
}

TEST(Flow, ProblemsComeFromTheStandardInputToo) {
  const Called called =
      Program().run({"list", "problems", "-", "--json", "--batch", "4"}, tiny_problem() + "\n");
  ASSERT_EQ(called.exit, 0) << called.err;
  EXPECT_EQ(called.document()["problems"][0]["problem"],
            "fwd.f32.nchw_n4c8i8x8k8f3x3s1x1p1x1d1x1g1");
  const Called tuned =
      Program().run({"tune", "-", "--json", "-q", "--rigour", "one_run"}, tiny_problem() + "\n");
  EXPECT_EQ(tuned.exit, 0) << tuned.err;
  EXPECT_EQ(tuned.lines().size(), 2u);
}

TEST(Flow, ABudgetOfNothingStillAnswersAndIsNoError) {
  const Program program;
  const std::string list = program.file("list.txt", list_of(4));
  const Called called = program.run({"tune", list, "--budget", "0s", "--json", "-q"});
  ASSERT_EQ(called.exit, 0) << called.err;
  const Json summary = called.lines().back();
  EXPECT_GE(summary["tuned"], 1);
  EXPECT_EQ(summary["tuned"].get<int>() + summary["skipped"].get<int>(), 4);
}

TEST(Flow, WhatLibrariesPrintIsNoAnswer) {
  Program program;
  program.set("ONEDNN_VERBOSE=1");
  const Called called = program.run({"verify", tiny_problem(), "--json"});
  EXPECT_EQ(called.exit, 0) << called.err;
  EXPECT_NO_THROW(called.lines());
  EXPECT_NE(called.err.find("onednn_verbose"), std::string::npos);
}

TEST(Flow, SharedOptionsStandBeforeOrBehindTheCommand) {
  const Program program;
  const std::string other = (program.folder() / "other.db").string();
  ASSERT_EQ(program.run({"--db", other, "tune", tiny_problem(), "-q", "--rigour", "one_run"}).exit,
            0);
  EXPECT_FALSE(std::filesystem::exists(program.database()));
  EXPECT_EQ(program.run({"db", "info", "--db", other, "--json"}).document()["problems"], 1);
  EXPECT_EQ(program.run({"--json", "db", "--db", other, "info"}).document()["problems"], 1);
}

TEST(Flow, ColourIsOnlyWhereItIsWanted) {
  Program program;
  EXPECT_EQ(program.run({"list", "sets"}).out.find('\x1b'), std::string::npos);
  EXPECT_NE(program.run({"list", "sets", "--color", "always"}).out.find('\x1b'), std::string::npos);
  EXPECT_EQ(program.run({"list", "sets", "--color", "never"}).out.find('\x1b'), std::string::npos);
}

TEST(Flow, AClosedPipeEndsQuietly) {
  const Program program;
  const std::string command = "CONVTUNE_DB=" + program.database().string() + " " +
                              CONVTUNE_PROGRAM + " list problems resnet50 vgg19 --color always 2>" +
                              (program.folder() / "errors").string() + " | head -n 1 >/dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(content_of(program.folder() / "errors"), "");
}

/// Waits, at most half a minute, until the file has this many lines.
void wait_for_lines(const std::filesystem::path& path, std::ptrdiff_t lines) {
  for (int i = 0; i < 3000; ++i) {
    const std::string content = content_of(path);
    if (std::count(content.begin(), content.end(), '\n') >= lines) return;
    usleep(10'000);
  }
  FAIL() << path << " does not get its " << lines << " lines: " << content_of(path);
}

TEST(Interrupt, KeepsWhatIsMeasuredAndGoesOnLater) {
  const Program program;
  const std::string list = program.file("list.txt", list_of(40));
  const std::vector<std::string> tune = {"tune", list, "--json"};
  const pid_t process = program.start(tune, "first");
  wait_for_lines(program.folder() / "first.out", 2);
  kill(process, SIGINT);
  const Called first = program.wait(process, "first");
  EXPECT_EQ(first.exit, 130) << first.err;
  EXPECT_NE(first.err.find("the same command goes on"), std::string::npos) << first.err;
  const Json summary = first.lines().back();
  EXPECT_EQ(summary["interrupted"], true);
  const int done = summary["tuned"];
  EXPECT_GE(done, 2);
  EXPECT_LT(done, 40);

  // The problem in flight counts as tuned; it may have been stopped before anything was timed.
  const Json stored = program.run({"db", "info", "--json"}).document();
  EXPECT_GE(stored["problems"], done - 1);
  const Called second = program.run({"tune", list, "--json", "-q", "--budget", "1s"});
  EXPECT_EQ(second.exit, 0) << second.err;
  EXPECT_GE(second.lines().back()["from_store"], done - 1);
}

TEST(Interrupt, ASecondOneEndsAtOnce) {
  const Program program;
  const pid_t process =
      program.start({"tune", program.file("list.txt", list_of(40)), "--json"}, "call");
  wait_for_lines(program.folder() / "call.out", 1);
  kill(process, SIGINT);
  usleep(2000);
  kill(process, SIGINT);
  EXPECT_EQ(program.wait(process, "call").exit, 130);
}

TEST(Interrupt, WhoeverMeasuresOneProblemStopsToo) {
  const Program program;
  // With a database, the first thing said is that something is measured.
  ASSERT_EQ(program.run({"tune", tiny_problem(), "-q", "--rigour", "one_run"}).exit, 0);
  const std::string problem = "fwd.f32.nchw_n8c64i56x56k64f3x3s1x1p1x1d1x1g1";
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"select", problem, "--on-miss", "measure"},
                                             {"explain", problem, "--policy", "time_once"},
                                             {"bench", problem},
                                             {"verify", problem}}) {
    const pid_t process = program.start(command, command[0]);
    for (int i = 0; i < 3000 && content_of(program.folder() / (command[0] + ".err")).empty(); ++i)
      usleep(10'000);
    kill(process, SIGINT);
    const Called called = program.wait(process, command[0]);
    EXPECT_EQ(called.exit, 130) << command[0] << called.err;
    EXPECT_NE(called.err.find("Interrupted"), std::string::npos) << called.err;
  }
}

TEST(Interrupt, AReaderWhoLeavesStopsTheTuning) {
  const Program program;
  const std::string command = "bash -c 'CONVTUNE_DB=" + program.database().string() + " " +
                              CONVTUNE_PROGRAM + " tune " + program.file("list.txt", list_of(40)) +
                              " --json 2>/dev/null | head -n 1 >/dev/null; exit ${PIPESTATUS[0]}'";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 130);
  EXPECT_LT(program.run({"db", "info", "--json"}).document()["problems"], 20);
}

TEST(Interrupt, AKilledSweepLosesNothingThatItSaid) {
  const Program program;
  const std::string list = program.file("list.txt", list_of(12));
  std::size_t said = 0;
  for (int round = 0; round < 3; ++round) {
    const pid_t process = program.start({"tune", list, "--json", "--rigour", "one_run"}, "call");
    wait_for_lines(program.folder() / "call.out", 2 * round + 2);
    usleep(static_cast<useconds_t>(7'000 * round));
    kill(process, SIGKILL);
    const Called called = program.wait(process, "call");
    EXPECT_EQ(called.exit, 128 + SIGKILL);
    said = std::max(
        said, static_cast<std::size_t>(std::count(called.out.begin(), called.out.end(), '\n')));
    const Json check = program.run({"db", "check", "--json"}).document();
    EXPECT_EQ(check["ok"], true) << check;
    EXPECT_GE(check["problems"], said);
  }
  const Called last = program.run({"tune", list, "--json", "--rigour", "one_run", "-q"});
  EXPECT_EQ(last.exit, 0) << last.err;
  EXPECT_GE(last.lines().back()["from_store"], said);
  EXPECT_EQ(last.lines().size(), 13u);
}

TEST(Many, ProcessesTuneIntoOneFile) {
  const Program program;
  constexpr int processes = 16;
  std::vector<pid_t> started;
  for (int i = 0; i < processes; ++i)
    started.push_back(program.start(
        {"tune", tiny_problem(i), "--json", "-q", "--threads", "1", "--rigour", "one_run"},
        "call" + std::to_string(i)));
  for (int i = 0; i < processes; ++i) {
    const Called called =
        program.wait(started[static_cast<std::size_t>(i)], "call" + std::to_string(i));
    EXPECT_EQ(called.exit, 0) << called.err;
    EXPECT_EQ(called.err, "");
  }
  const Json check = program.run({"db", "check", "--json"}).document();
  EXPECT_EQ(check["ok"], true);
  EXPECT_EQ(check["problems"], processes);
}

}  // namespace
}  // namespace convtune
