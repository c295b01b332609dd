// Knobs turned, for who has the time.
#include "neighbours.hpp"

#include <set>

#include <gmock/gmock.h>

#include "candidates.hpp"
#include "h200.hpp"

namespace convtune::cudnn {
namespace {

using testing::SizeIs;

const ConvProblem usual = parse_problem("fwd.f16.nhwc_n32c128i28x28k128f3x3s1x1p1x1d1x1g1");

Engines engines_of(const ConvProblem& problem) {
  return {graph(problem, channels_last(problem, false)), h200()};
}

std::set<Configuration> named(const Engines& engines) {
  std::set<Configuration> all;
  for (const auto mode : {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_B, CUDNN_HEUR_MODE_FALLBACK})
    for (const Supported& each : engines.heuristics(mode)) all.insert(each.configuration);
  return all;
}

// Knobs in which two configurations of one engine differ.
std::ptrdiff_t distance(const Configuration& one, const Configuration& other) {
  if (one.engine != other.engine || one.knobs.size() != other.knobs.size()) return 1000;
  std::ptrdiff_t differ = 0;
  for (std::size_t i = 0; i < one.knobs.size(); ++i) differ += one.knobs[i] != other.knobs[i];
  return differ;
}

TEST(Neighbours, AreSupportedNewAndDifferent) {
  const Engines engines = engines_of(usual);
  const auto known = named(engines);
  std::set<Configuration> seen;
  const auto found = neighbours(engines, 100);
  EXPECT_THAT(found, SizeIs(100));
  for (const Supported& each : found) {
    EXPECT_FALSE(known.contains(each.configuration)) << text(each.configuration);
    EXPECT_TRUE(seen.insert(each.configuration).second) << text(each.configuration);
    EXPECT_TRUE(std::holds_alternative<Supported>(engines.check(each.configuration)));
  }
}

TEST(Neighbours, BeginBesideWhatIsNamedFirst) {
  const Engines engines = engines_of(usual);
  const auto known = named(engines);
  for (const Supported& each : neighbours(engines, 20))
    EXPECT_TRUE(std::ranges::any_of(known, [&](const Configuration& one) {
      return distance(one, each.configuration) <= 1;
    })) << text(each.configuration);
}

// The smaller the space, the sooner its end: all that is named has been walked around.
TEST(Neighbours, GoOnToEnginesThatNobodyNames) {
  const Engines engines = engines_of(parse_problem("bwdw.f32.nchw_n4c8i12x12k8f3x3s1x1p1x1d1x1g1"));
  std::set<std::int64_t> named_engines, reached;
  for (const Configuration& each : named(engines)) named_engines.insert(each.engine);
  for (const Supported& each : neighbours(engines, 100'000))
    reached.insert(each.configuration.engine);
  std::vector<std::int64_t> more;
  std::ranges::set_difference(reached, named_engines, std::back_inserter(more));
  EXPECT_FALSE(more.empty());
}

TEST(Neighbours, AreTheSameAgain) {
  const auto one = neighbours(engines_of(usual), 30), other = neighbours(engines_of(usual), 30);
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t i = 0; i < one.size(); ++i)
    EXPECT_EQ(one[i].configuration, other[i].configuration);
}

TEST(Neighbours, BecomeCandidates) {
  const auto found = list_neighbours(usual, h200(), 25);
  ASSERT_THAT(found, SizeIs(25));
  double before = 0;
  for (const Candidate& each : found) {
    EXPECT_TRUE(each.unranked);
    EXPECT_FALSE(each.baseline);
    EXPECT_GT(each.slowdown, before);
    before = each.slowdown;
  }
  EXPECT_TRUE(list_neighbours(parse_problem("fwd.f32.nchw_n0c1i6x6k1f2x2s1x1p0x0d1x1g1"), h200(), 5)
                  .empty());
}

}  // namespace
}  // namespace convtune::cudnn
