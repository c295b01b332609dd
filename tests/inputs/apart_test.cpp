#include "model/apart.hpp"

#include <csignal>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace convtune {
namespace {

std::string fault(void (*work)(), const Allowance& allowance = {}) {
  const ApartEnding ending = apart(
      [work](const Tell&) {
        work();
        return std::string("no fault");
      },
      allowance);
  EXPECT_FALSE(ending.answer);
  return ending.fault;
}

TEST(Apart, GivesWhatTheWorkGives) {
  std::string large(5'000'000, 'x');
  const ApartEnding ending = apart([&](const Tell& tell) {
    tell("first");
    tell("last");
    return large;
  });
  EXPECT_EQ(ending.answer, large);
  EXPECT_EQ(ending.told, "last");
  EXPECT_EQ(apart([](const Tell&) { return std::string(); }).answer, "");
}

TEST(Apart, OutlivesACrashAndKnowsWhatWasToldLast) {
  const ApartEnding ending = apart([](const Tell& tell) -> std::string {
    tell(std::string(2000, 'a'));
    std::raise(SIGFPE);
    return "";
  });
  EXPECT_FALSE(ending.answer);
  EXPECT_EQ(ending.told, std::string(500, 'a'));
  EXPECT_EQ(ending.fault, "in a division by zero");
  EXPECT_EQ(fault([] { std::raise(SIGSEGV); }), "in an access to memory that is not there");
  EXPECT_EQ(fault([] { std::raise(SIGKILL); }), "by signal 9");
  EXPECT_EQ(fault([] { std::abort(); }), "in an abort");
  EXPECT_EQ(fault([] { throw std::runtime_error("x"); }), "without an answer");
}

TEST(Apart, BoundsTimeAndMemory) {
  EXPECT_EQ(fault(
                [] {
                  for (volatile bool busy = true; busy;) continue;
                },
                {.computing = std::chrono::seconds(1)}),
            "for lack of time");
  EXPECT_EQ(fault([] { std::this_thread::sleep_for(std::chrono::minutes(1)); },
                  {.waiting = std::chrono::seconds(1)}),
            "for lack of time");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_EQ(fault([] { std::vector<char>(std::size_t{512} << 20).at(1) = 1; },
                  {.memory_bytes = std::size_t{64} << 20}),
            "for lack of memory");
#endif
}

}  // namespace
}  // namespace convtune
