// A sweep that is killed again and again, at moments that nobody chose.
#include <algorithm>
#include <csignal>
#include <random>

#include <gtest/gtest.h>
#include <unistd.h>

#include "program.hpp"

namespace convtune {
namespace {

constexpr int kills = 40, problems = 500;

std::int64_t lines_of(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

void wait_for_lines(const std::filesystem::path& file, std::int64_t lines) {
  constexpr int naps = 60'000, nap_microseconds = 2000;
  for (int i = 0; i < naps && lines_of(content_of(file)) < lines; ++i) usleep(nap_microseconds);
}

TEST(Kills, LeaveTheStoreWholeWithAllThatItHeldAndTheSweepResumes) {
  const Program program;
  std::string text;
  for (int i = 0; i < problems; ++i) text += tiny_problem(i) + "\n";
  const std::string list = program.file("list.txt", text);
  const std::vector<std::string> tune = {"tune", list, "--json", "--rigour", "one_run"};

  const auto seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  std::int64_t held = 0, measurements = 0;
  int in_flight = 0;
  for (int round = 0; round < kills; ++round) {
    const std::filesystem::path answers = program.folder() / "killed.out";
    std::filesystem::remove(answers);
    const pid_t process = program.start(tune, "killed");
    // Every second time not before it has got further than the last, however slow the machine is.
    if (round % 2 == 0) wait_for_lines(answers, held + 1);
    usleep(random() % 1'000'000);
    kill(process, SIGKILL);
    const Called called = program.wait(process, "killed");
    if (called.exit == 0) break;  // it was through
    ASSERT_EQ(called.exit, 128 + SIGKILL);
    in_flight += lines_of(called.out) > 0;
    if (!std::filesystem::exists(program.database())) continue;
    const auto check = program.run({"db", "check", "--json"}).document();
    ASSERT_EQ(check["ok"], true) << check;
    EXPECT_GE(check["problems"], std::max(held, lines_of(called.out)));
    EXPECT_GE(check["measurements"], measurements);
    held = check["problems"];
    measurements = check["measurements"];
  }
  EXPECT_GT(in_flight, kills / 4) << "most were killed before they had begun";
  EXPECT_GT(held, 0);

  const Called last = program.run({"tune", list, "--json", "-q", "--rigour", "one_run"});
  ASSERT_EQ(last.exit, 0) << last.err;
  EXPECT_EQ(last.lines().back()["from_store"], held);
  EXPECT_EQ(last.lines().size(), problems + 1U);
}

}  // namespace
}  // namespace convtune
