#include "helper_process.hpp"

#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

namespace convtune {
namespace {

// The program that is started again is this test program: it plays the helper with this test.
TEST(HelperProcess, AnswersALineForALineWithItsSettings) {
  if (const char* word = std::getenv("CONVTUNE_TEST_ANSWER")) {
    for (std::string line; std::getline(std::cin, line);)
      std::cout << "answer: " << line << " " << word
                << (std::getenv("CONVTUNE_TEST_UNSET") ? " and set" : "") << std::endl;
    return;
  }
  setenv("CONVTUNE_TEST_UNSET", "something", 1);
  const auto helper =
      start_this_program({"--gtest_filter=HelperProcess.AnswersALineForALineWithItsSettings"},
                         {"CONVTUNE_TEST_ANSWER=indeed", "CONVTUNE_TEST_UNSET="});
  ASSERT_NE(helper, nullptr);
  std::optional<std::string> answer = helper->ask("one");
  while (answer && !answer->starts_with("answer:")) answer = helper->ask("again");
  EXPECT_EQ(answer, "answer: one indeed");
}

TEST(HelperProcess, IsGoneWhenItEnds) {
  const auto helper = start_this_program({"--gtest_filter=Nothing.AtAll"}, {});
  ASSERT_NE(helper, nullptr);
  std::optional<std::string> answer;
  for (int i = 0; i < 100 && (answer = helper->ask("512")); ++i) {
  }
  EXPECT_EQ(answer, std::nullopt);
}

}  // namespace
}  // namespace convtune
