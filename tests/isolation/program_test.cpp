// The built program with a module whose candidates break their process.
#include "program.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <unistd.h>

namespace convtune {
namespace {

using testing::HasSubstr;
using testing::Not;

class Broken : public testing::Test {
 protected:
  Broken() {
    program.set("CONVTUNE_MODULE_DIR=" CONVTUNE_CRASHING_MODULES);
    program.set("OMP_WAIT_POLICY=passive");
  }
  Program program;
};

TEST_F(Broken, CandidatesCostThemselvesAndAreRemembered) {
  const Called first = program.run({"tune", tiny_problem(0), "--json"});
  ASSERT_EQ(first.exit, 0) << first.err;
  const auto tuned = first.lines().front();
  EXPECT_EQ(tuned["counts"]["crashed"], 1);
  EXPECT_EQ(tuned["counts"]["failed"], 1);
  EXPECT_FALSE(tuned["baseline"].is_null());
  EXPECT_EQ(program.run({"tune", tiny_problem(0), "--json"}).lines().front()["from_store"], true);

  const Called explained = program.run({"explain", tiny_problem(0)});
  EXPECT_THAT(explained.out, HasSubstr("SIGABRT"));
  EXPECT_THAT(explained.out, HasSubstr("ended its process with exit status 4"));
  EXPECT_THAT(explained.out, Not(HasSubstr("the cap is not set")));

  const Called second = program.run({"tune", tiny_problem(1), "--json"});
  EXPECT_EQ(second.exit, 0);
  EXPECT_THAT(second.err, HasSubstr("onednn.convolution/aborts is on the denylist"));
  EXPECT_EQ(program.run({"db", "info", "--json"}).document()["denied"], 1);
}

TEST_F(Broken, CandidatesFailAVerification) {
  const Called called = program.run({"verify", tiny_problem(0), "--json"});
  EXPECT_EQ(called.exit, 1);
  std::map<std::string, std::string> outcomes;
  for (const auto& line : called.lines())
    if (line.contains("candidate")) outcomes[line["candidate"]] = line["outcome"];
  EXPECT_EQ(outcomes["onednn.convolution/default"], "right");
  EXPECT_EQ(outcomes["onednn.convolution/capped"], "right");
  EXPECT_EQ(outcomes["onednn.convolution/aborts"], "crashed");
  EXPECT_EQ(outcomes["onednn.convolution/exits"], "failed");
}

TEST_F(Broken, CandidatesTakeTheProgramAlongWithoutIsolation) {
  const Called called =
      program.run({"bench", tiny_problem(0), "--isolation", "none", "--candidates", "*/aborts"});
  EXPECT_EQ(called.exit, 128 + SIGABRT);
}

TEST_F(Broken, AWishForTheEnvironmentIsRefusedWithoutIsolation) {
  const Called called =
      program.run({"bench", tiny_problem(0), "--isolation", "none", "--candidates", "*/capped"});
  EXPECT_EQ(called.exit, 1);
  EXPECT_THAT(called.out, HasSubstr("it needs a process of its own"));
}

// OpenBLAS is told to take an old processor's kernels, as it does by itself on one that is newer
// than the library.
TEST(PassedOverKernels, AreTimedInAProcessOfTheirOwn) {
  Program program;
  program.set("OPENBLAS_CORETYPE=Sandybridge");
  const auto listing = program.run({"list", "candidates", tiny_problem(), "--json"}).document();
  std::string wider;
  for (const auto& each : listing["candidates"])
    if (const std::string name = each["candidate"]; name.find('@') != std::string::npos)
      wider = name;
  if (wider.empty()) GTEST_SKIP() << "no wider kernels, or no OpenBLAS, on this machine";
  const Called here =
      program.run({"bench", tiny_problem(), "--isolation", "none", "--candidates", wider});
  EXPECT_EQ(here.exit, 1);
  EXPECT_THAT(here.out, HasSubstr("it needs a process of its own"));

  const Called tuned =
      program.run({"tune", tiny_problem(), "--candidates", "blas*@*", "--json", "-q"});
  ASSERT_EQ(tuned.exit, 0) << tuned.err;
  // The baseline was timed beside them, and may be the fastest.
  const Called chosen = program.run({"select", tiny_problem(), "--exclude", "onednn", "--json"});
  EXPECT_THAT(chosen.document()["candidate"].get<std::string>(), HasSubstr("@"));
  EXPECT_EQ(chosen.document()["provenance"], "exact");
  const Called without =
      program.run({"select", tiny_problem(), "--exclude", "own_process", "--json"});
  EXPECT_THAT(without.document()["candidate"].get<std::string>(), Not(HasSubstr("@")));
}

std::set<pid_t> children_of(pid_t parent) {
  std::set<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream status(entry.path() / "stat");
    pid_t process = 0, of = 0;
    std::string name, state;
    if (status >> process >> name >> state >> of && of == parent && state != "Z")
      children.insert(process);
  }
  return children;
}

bool lives(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/stat");
  std::string number, name, state;
  return status >> number >> name >> state && state != "Z" && state != "X";
}

TEST(Workers, EndWithTheProgramHoweverItEnds) {
  for (const int how : {SIGKILL, SIGINT}) {
    const Program program;
    const pid_t process = program.start(
        {"bench", "fwd.f32.nchw_n8c64i56x56k64f3x3s1x1p1x1d1x1g1", "--rounds", "100000"}, "call");
    constexpr int patience = 3000, step_us = 10'000;
    std::set<pid_t> workers;
    for (int i = 0; i < patience && workers.empty(); ++i) {
      usleep(step_us);
      workers = children_of(process);
    }
    ASSERT_FALSE(workers.empty());
    kill(process, how);
    const Called called = program.wait(process, "call");
    EXPECT_EQ(called.exit, how == SIGINT ? 130 : 128 + how) << called.err;
    for (const pid_t worker : workers) {
      for (int i = 0; i < patience && lives(worker); ++i) usleep(step_us);
      EXPECT_FALSE(lives(worker));
    }
  }
}

}  // namespace
}  // namespace convtune
