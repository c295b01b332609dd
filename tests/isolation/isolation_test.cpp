// Whatever a candidate does to its process, it costs that candidate and nothing else.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <convtune/error.hpp>
#include <tuner/isolation.hpp>
#include <tuner/tune.hpp>

#include "misbehaviour.hpp"

extern char** environ;

namespace convtune {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1");

WorkerSettings quick() {
  return {.command = {CONVTUNE_TEST_WORKER},
          .patience_seconds = 5,
          .silence_seconds = 4,
          .grace_seconds = 0.2,
          .allowance_bytes = std::size_t{64} << 20};
}

TuneReport tuned(const std::vector<std::string>& configurations, WorkerSettings worker = quick(),
                 const TuneSettings& settings = {}) {
  const auto workplace = process_workplace(std::move(worker));
  std::vector<Contender> contenders;
  for (const std::string& configuration : configurations)
    contenders.push_back(
        {.implementation = &misbehaving(), .candidate = misbehaving_candidate(configuration)});
  return tune(problem, contenders, {}, settings, *workplace);
}

struct Case {
  const char* configuration;
  Outcome outcome;
  const char* reason;  ///< regular expression
};
void PrintTo(const Case& tested, std::ostream* out) {
  *out << tested.configuration;
}

class Isolation : public testing::TestWithParam<Case> {};

TEST_P(Isolation, CostsOneCandidate) {
  const TuneReport report = tuned({"right", GetParam().configuration, "right too"});
  ASSERT_EQ(report.measurements.size(), 3U);
  EXPECT_EQ(name(report.measurements[1].outcome), name(GetParam().outcome));
  EXPECT_THAT(report.measurements[1].reason, ContainsRegex(GetParam().reason));
  for (const int other : {0, 2}) {
    EXPECT_EQ(report.measurements[other].outcome, Outcome::measured)
        << report.measurements[other].reason;
    EXPECT_FALSE(report.measurements[other].samples.empty());
    EXPECT_EQ(report.measurements[other].deterministic_observed, true);
  }
  EXPECT_NE(report.confidence, Confidence::none);
}

#ifdef __SANITIZE_ADDRESS__
// Its own handlers turn signals into exits, but for illegal instructions.
constexpr Outcome on_signal = Outcome::failed;
#define SIGNALLED(text) "exit status"
#else
constexpr Outcome on_signal = Outcome::crashed;
#define SIGNALLED(text) text
#endif

INSTANTIATE_TEST_SUITE_P(Crashes, Isolation,
                         testing::Values(Case{"segv", on_signal, SIGNALLED("^SIGSEGV")},
                                         Case{"ill", Outcome::crashed, "^SIGILL"},
                                         Case{"fpe", on_signal, SIGNALLED("^SIGFPE")},
                                         Case{"bus", on_signal, SIGNALLED("^SIGBUS")},
                                         Case{"abort", Outcome::crashed, "^SIGABRT"},
                                         Case{"throw nothing known", Outcome::crashed, "^SIGABRT"},
                                         Case{"killed", Outcome::crashed, "^SIGKILL.*memory"},
                                         Case{"crash at once", Outcome::crashed, "^SIGABRT"},
                                         Case{"exit", Outcome::failed, "exit status 3"},
                                         Case{"exit well", Outcome::failed, "exit status 0"}));

INSTANTIATE_TEST_SUITE_P(
    Times, Isolation,
    testing::Values(Case{"hang", Outcome::timed_out, "did not end within 5 s"},
                    Case{"hang at once", Outcome::timed_out, "did not end within"},
                    Case{"sleep", Outcome::timed_out, "did not end within 5 s"},
                    Case{"stand still", Outcome::timed_out, "no sign of life for 4 s"}));

INSTANTIATE_TEST_SUITE_P(Memory, Isolation,
                         testing::Values(
#ifndef __SANITIZE_ADDRESS__
                             Case{"allocate", Outcome::failed, "cannot allocate"},
                             Case{"allocate blindly", Outcome::crashed, "^SIGSEGV"},
                             Case{"far before", Outcome::crashed, "ahead of a buffer: SIGSEGV"},
                             Case{"far behind", Outcome::crashed, "behind a buffer: SIGSEGV"},
#endif
                             Case{"before", Outcome::wrong, "wrote before the destination"},
                             Case{"change input", Outcome::wrong, "changed its input"}));

INSTANTIATE_TEST_SUITE_P(
    Words, Isolation,
    testing::Values(Case{"garbage", Outcome::failed, "wrote \"\\?\\? not for you\" to the tuner"},
                    Case{"half a line", Outcome::failed, "half a line"},
                    Case{"words ahead", Outcome::failed, "to the tuner"},
                    Case{"huge line", Outcome::failed, "endless line"},
                    Case{"nested", Outcome::failed, "to the tuner"},
                    Case{"not a number", Outcome::failed, "not a length of time"},
                    Case{"answer early", Outcome::failed, "what nobody asked"},
                    Case{"hello again", Outcome::failed, "what nobody asked"},
                    Case{"close", Outcome::failed, "closed the channel|exit status"},
                    Case{"throw", Outcome::failed, "^no such instruction$"},
                    Case{"lie about the configuration", Outcome::failed, "runs \"right\""}));

INSTANTIATE_TEST_SUITE_P(
    AfterTheRace, Isolation,
    testing::Values(Case{"abort at the end", Outcome::crashed, "plan was destroyed: SIGABRT"},
                    Case{"hang at the end", Outcome::timed_out, "destroyed: did not end within"}));

INSTANTIATE_TEST_SUITE_P(InTheRace, Isolation,
                         testing::Values(Case{"abort@6", Outcome::crashed, "^SIGABRT"},
                                         Case{"hang@6", Outcome::timed_out, "did not end within"},
                                         Case{"garbage@6", Outcome::failed, "to the tuner"}));

TEST(IsolationOf, WhatPrintsIsRight) {
  EXPECT_EQ(tuned({"print"}).measurements[0].outcome, Outcome::measured);
}

TEST(IsolationOf, OtherBitsEachTimeAreNotDeterministic) {
  const TuneReport report = tuned({"not the same twice"});
  EXPECT_EQ(report.measurements[0].outcome, Outcome::measured) << report.measurements[0].reason;
  EXPECT_EQ(report.measurements[0].deterministic_observed, false);
}

TEST(IsolationOf, ATimeThatCannotBeIsALie) {
  WorkerSettings worker = quick();
  worker.command.emplace_back("lie");
  const TuneReport report = tuned({"right"}, worker);
  EXPECT_EQ(report.measurements[0].outcome, Outcome::failed);
  EXPECT_THAT(report.measurements[0].reason, HasSubstr("says that it took 1e+06 s"));
}

TEST(IsolationOf, AProgramThatIsNoWorkerLosesTheWorkplace) {
  EXPECT_THROW(tuned({"right"}, {.command = {"/nowhere/convtune"}}), WorkplaceLost);
  EXPECT_THROW(tuned({"right"}, {.command = {"/bin/true"}}), WorkplaceLost);
  EXPECT_THROW(tuned({"right"}, {.command = {CONVTUNE_TEST_WORKER, "speak another version"}}),
               WorkplaceLost);
}

TEST(IsolationOf, WhoeverTookItsProcessIsToldBeforeTheOthersGoOn) {
  TuneSettings settings;
  std::vector<Outcome> told;
  settings.checked = [&](std::span<const Measurement> verdicts) {
    told.push_back(verdicts[0].outcome);
  };
  tuned({"abort@5", "right"}, quick(), settings);
  EXPECT_EQ(told, (std::vector{Outcome::measured, Outcome::crashed}));
}

TEST(IsolationOf, AskedToStopWhileOneHangsGivesItUp) {
  TuneSettings settings;
  int asked = 0;
  settings.stop = [&] { return ++asked > 2; };
  WorkerSettings worker = quick();
  worker.patience_seconds = 60;
  const TuneReport report = tuned({"hang", "right"}, worker, settings);
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.measurements[0].outcome, Outcome::refused);
  EXPECT_EQ(report.measurements[0].reason, out_of_patience);
  EXPECT_LT(report.cost_seconds, 20);
}

TEST(IsolationOf, AHangIsNotWhatTheNextOneIsExpectedToTake) {
  TuneSettings settings;
  settings.race.budget_seconds = 9;
  const TuneReport report = tuned({"right", "hang", "right too"}, quick(), settings);
  EXPECT_EQ(report.measurements[1].outcome, Outcome::timed_out);
  EXPECT_EQ(report.measurements[2].outcome, Outcome::measured) << report.measurements[2].reason;
}

TEST(IsolationOf, FarBeyondTheBudgetAHangIsGivenUpAndNobodysVerdict) {
  TuneSettings settings;
  settings.race.budget_seconds = 1;
  WorkerSettings worker = quick();
  worker.patience_seconds = 60;
  const TuneReport report = tuned({"right", "hang", "right too"}, worker, settings);
  EXPECT_FALSE(report.interrupted);
  EXPECT_FALSE(report.measurements[0].samples.empty());
  EXPECT_EQ(report.measurements[1].outcome, Outcome::refused);
  EXPECT_EQ(report.measurements[1].reason, out_of_budget);
  EXPECT_EQ(report.confidence, Confidence::budget);
  EXPECT_LT(report.cost_seconds, 30);
}

TEST(IsolationOf, EnvironmentOfACandidateIsThatOfItsWorker) {
  const auto workplace = process_workplace(quick());
  std::vector<Contender> contenders(
      2, {.implementation = &misbehaving(), .candidate = misbehaving_candidate("right")});
  contenders[1].candidate.worker_environment = {"CONVTUNE_TEST_CAP=low"};
  const TuneReport report = tune(problem, contenders, {}, {}, *workplace);
  for (const Measurement& each : report.measurements)
    EXPECT_EQ(each.outcome, Outcome::measured) << each.reason;
}

TEST(IsolationOf, AWorkerEndsWithTheProcessThatStartedIt) {
  const std::string file =
      (std::filesystem::temp_directory_path() / ("convtune-pid-" + std::to_string(getpid())))
          .string();
  setenv("CONVTUNE_TEST_PID_FILE", file.c_str(), 1);
  std::string program = CONVTUNE_TEST_WORKER, mode = "tune";
  char* const arguments[] = {program.data(), mode.data(), nullptr};
  pid_t parent = 0;
  ASSERT_EQ(posix_spawn(&parent, program.c_str(), nullptr, nullptr, arguments, environ), 0);
  unsetenv("CONVTUNE_TEST_PID_FILE");
  constexpr int patience = 2000, step_us = 10'000;
  for (int i = 0; i < patience && !std::filesystem::exists(file); ++i) usleep(step_us);
  pid_t worker = 0;
  std::ifstream(file) >> worker;
  std::filesystem::remove(file);
  ASSERT_GT(worker, 0);
  EXPECT_EQ(kill(worker, 0), 0);
  kill(parent, SIGKILL);  // the worker is in the middle of a kernel
  waitpid(parent, nullptr, 0);
  const auto gone = [&] {
    std::ifstream status("/proc/" + std::to_string(worker) + "/stat");
    std::string number, program_name, state;
    return !(status >> number >> program_name >> state) || state == "Z" || state == "X";
  };
  for (int i = 0; i < patience && !gone(); ++i) usleep(step_us);
  EXPECT_TRUE(gone());
}

}  // namespace
}  // namespace convtune
