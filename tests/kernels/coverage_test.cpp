// What an implementation accepts may grow, but not shrink unnoticed. With
// CONVTUNE_WRITE_COVERAGE=FILE the rows found are appended there instead.
#include "support/coverage.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include <kernels/list.hpp>

#include "support/offers.hpp"
#include "support/problems.hpp"

namespace convtune {
namespace {

using namespace testing_support;

class CoverageOf : public ::testing::TestWithParam<const Implementation*> {};

Coverage accepted_by(const Implementation& implementation, const Device& device) {
  Coverage found;
  for (const std::string& file : shape_files())
    for (const ConvProblem& problem : walk(file, Thoroughness::usual))
      if (!offer_of(implementation, problem, device).candidates.empty())
        ++found[coverage_key(problem)];
  return found;
}

/// Half precision is a matter of the processor too.
bool depends_on_processor(DataType type) {
  return type == DataType::bf16 || type == DataType::f16;
}

TEST_P(CoverageOf, HasNotShrunk) {
  const Implementation& implementation = *GetParam();
  if (implementation.device() != DeviceKind::cpu) GTEST_SKIP() << "is not asked about a CPU";
  if (const auto missing = backend(implementation.backend()).unavailable(); !missing.empty())
    GTEST_SKIP() << missing;
  const Device device = test_device(1);
  Coverage found = accepted_by(implementation, device);

  if (const char* file = std::getenv("CONVTUNE_WRITE_COVERAGE")) {
    std::ofstream out(file, std::ios::app);
    for (const auto& [key, count] : found)
      out << implementation.name() << ' ' << testing_support::text(key) << ' ' << count << '\n';
    return;
  }
  const Coverage committed = committed_coverage(implementation.name());
  EXPECT_FALSE(committed.empty()) << implementation.name() << " has no row in coverage.txt";
  for (const auto& [key, count] : committed) {
    if (depends_on_processor(key.type) && device.isa != Isa::avx512) continue;
    EXPECT_GE(found[key], count) << implementation.name() << ' ' << testing_support::text(key)
                                 << ": accepts less than it did";
  }
}

INSTANTIATE_TEST_SUITE_P(Every, CoverageOf,
                         ::testing::ValuesIn(all_implementations().begin(),
                                             all_implementations().end()),
                         [](const auto& tested) {
                           std::string made(tested.param->name());
                           std::ranges::replace(made, '.', '_');
                           return made;
                         });

}  // namespace
}  // namespace convtune
