// That a suite ran with the code that it was meant for, where somebody says which.
#include <cstdlib>

#include <gtest/gtest.h>

#include "support/problems.hpp"

namespace convtune {
namespace {

TEST(Processor, HasTheInstructionsThatAreExpected) {
  const char* const expected = std::getenv("CONVTUNE_EXPECTED_ISA");
  if (expected == nullptr) GTEST_SKIP() << "CONVTUNE_EXPECTED_ISA names none";
  EXPECT_EQ(name(testing_support::test_device(1).isa), expected);
}

}  // namespace
}  // namespace convtune
