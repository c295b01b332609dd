// Many processes on one file, and processes that die.
#include <chrono>
#include <csignal>
#include <functional>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <db/sqlite_store.hpp>

#include "runs.hpp"
#include "temporary_folder.hpp"

namespace convtune {
namespace {

using testing::IsEmpty;

// A process that does `work` and says by its exit whether that threw.
pid_t start(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  try {
    work();
    ::_exit(0);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    ::_exit(1);
  }
}

int finish(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(Concurrency, SixteenProcessesFillOneNewFile) {
  const TemporaryFolder folder;
  const auto path = folder / "store.db";
  constexpr int processes = 16, each = 12;
  std::vector<pid_t> children;
  for (int process = 0; process < processes; ++process)
    children.push_back(start([&] {
      const auto store = open_sqlite_store(path, OpenMode::write);
      for (int run = 0; run < each; ++run) {
        const int number = process * each + run;
        store->add(random_run(problem_number(number), static_cast<std::uint64_t>(number)));
        store->runs(problem_number(number - 1 < 0 ? 0 : number - 1));
      }
    }));
  for (const pid_t child : children) EXPECT_EQ(finish(child), 0);

  const auto store = open_sqlite_store(path, OpenMode::read);
  for (int number = 0; number < processes * each; ++number) {
    const auto runs = store->runs(problem_number(number));
    ASSERT_EQ(runs.size(), 1u) << number;
    EXPECT_EQ(describe(runs[0]),
              describe(random_run(problem_number(number), static_cast<std::uint64_t>(number))));
  }
  EXPECT_THAT(store->check().faults, IsEmpty());
}

TEST(Concurrency, ManyOpenANewFileAtOnce) {
  for (int trial = 0; trial < 10; ++trial) {
    const TemporaryFolder folder;
    const auto path = folder / "store.db";
    std::vector<pid_t> children;
    for (int process = 0; process < 8; ++process)
      children.push_back(
          start([&] { open_sqlite_store(path, OpenMode::write)->set_setting("key", "value"); }));
    for (const pid_t child : children) ASSERT_EQ(finish(child), 0);
    EXPECT_EQ(open_sqlite_store(path, OpenMode::read)->setting("key"), "value");
  }
}

TEST(Concurrency, TwoReadersOpenALogAtOnce) {
  const TemporaryFolder folder;
  const auto path = folder / "store.db";
  open_sqlite_store(path, OpenMode::write)->set_setting("key", "value");
  for (int trial = 0; trial < 20; ++trial) {
    const auto read = [&] {
      if (open_sqlite_store(path, OpenMode::read)->setting("key") != "value")
        throw std::runtime_error("not there");
    };
    const pid_t first = start(read), second = start(read);
    EXPECT_EQ(finish(first), 0);
    EXPECT_EQ(finish(second), 0);
  }
}

TEST(Concurrency, AReaderSeesWhatAWriterAddsMeanwhile) {
  const TemporaryFolder folder;
  const auto path = folder / "store.db";
  const auto writer = open_sqlite_store(path, OpenMode::write);
  const auto reader = open_sqlite_store(path, OpenMode::read);
  EXPECT_THAT(reader->runs(problem_number(1)), IsEmpty());
  writer->add(random_run(problem_number(1), 1));
  EXPECT_EQ(reader->runs(problem_number(1)).size(), 1u);
}

// Adds runs and says after each that it was stored, until it is killed.
[[noreturn]] void add_until_killed(const std::filesystem::path& path, int acknowledge, int first) {
  const auto store = open_sqlite_store(path, OpenMode::write);
  for (int number = first;; ++number) {
    store->add(random_run(problem_number(number % 50), static_cast<std::uint64_t>(number)));
    if (::write(acknowledge, &number, sizeof number) != sizeof number) ::_exit(1);
  }
}

TEST(Concurrency, AKilledWriterLosesNothingThatWasStored) {
  const TemporaryFolder folder;
  const auto path = folder / "store.db";
  std::mt19937 random(11);
  int next = 0;
  for (int kill = 0; kill < 40; ++kill) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = start([&] { add_until_killed(path, pipe[1], next); });
    ::close(pipe[1]);
    int number = 0;
    int acknowledged = next;
    // Every other time not before something was stored, so that it is not only the opening that
    // dies.
    if (kill % 2 && ::read(pipe[0], &number, sizeof number) == sizeof number)
      acknowledged = number + 1;
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 40'000));
    ::kill(child, SIGKILL);
    ASSERT_EQ(finish(child), -SIGKILL);
    while (::read(pipe[0], &number, sizeof number) == sizeof number) acknowledged = number + 1;
    ::close(pipe[0]);

    // The next writer goes on where this one stopped; the run in flight may be there or not.
    const auto store = open_sqlite_store(path, OpenMode::write);
    const auto held = static_cast<int>(store->info().runs);
    ASSERT_GE(held, acknowledged);
    ASSERT_LE(held, acknowledged + 1);
    ASSERT_THAT(store->warnings(), IsEmpty());
    next = held;
  }
  const auto store = open_sqlite_store(path, OpenMode::read);
  EXPECT_GE(next, 20);
  EXPECT_THAT(store->check().faults, IsEmpty());
  for (int problem = 0; problem < 50; ++problem) {
    int number = problem;
    for (const convtune::Run& run : store->runs(problem_number(problem))) {
      EXPECT_EQ(describe(run),
                describe(random_run(problem_number(problem), static_cast<std::uint64_t>(number))));
      number += 50;
    }
  }
}

}  // namespace
}  // namespace convtune
