// Decorators: which candidates they are handed, and whose environment and revision their times are.
#include <gmock/gmock.h>

#include <convtune/decorator.hpp>

#include "offers.hpp"
#include "world.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

/// Hands the problem on as it is, or refuses it.
class FakeDecorator final : public Decorator {
 public:
  std::string_view name() const override { return "via.fake"; }
  Tags tags() const override { return {"alternative"}; }
  std::string_view summary() const override { return "made for a test"; }
  std::string_view backend() const override { return "own"; }
  std::variant<ConvProblem, Refusal> inner(const ConvProblem& problem) const override {
    if (!refusal.empty()) return Refusal{refusal};
    return problem;
  }
  Offer around(const ConvProblem&, std::span<const Candidate> inners) const override {
    Offer offer;
    for (Candidate candidate : inners) {
      candidate.configuration = "[" + text(candidate) + "]";
      candidate.implementation = name();
      candidate.revision = decorated_revision(revision(), candidate.revision);
      candidate.baseline = false;
      offer.candidates.push_back(std::move(candidate));
    }
    if (inners.empty()) offer.refusals.push_back({"nothing was handed in"});
    return offer;
  }
  std::unique_ptr<Plan> prepare(const ConvProblem&, const Candidate&,
                                const Device&) const override {
    throw Error(ErrorCode::environment, "Nothing is prepared in these tests.");
  }

  std::string refusal;
};

class DecoratedWorld : public World {
 public:
  Rooms rooms() {
    Rooms all = World::rooms();
    all.implementations.push_back(&via);
    return all;
  }

  void tune_once() {
    Tuner tuner(rooms());
    tuner.tune({listed()}, {}, [](const Tuned&) {});
  }

  FakeDecorator via;
};

std::vector<std::string> decorated(const Offers& offers) {
  std::vector<std::string> names;
  for (const Contender& each : offers.contenders)
    if (inner_text(each.candidate)) names.push_back(text(each.candidate));
  return names;
}

TEST(Decorators, AreHandedAFewLikelyCandidatesOfEachOther) {
  DecoratedWorld world;
  world.lib.candidates.push_back(candidate_of("slow"));
  world.lib.candidates.back().slowdown = 3;
  world.lib.candidates.push_back(candidate_of("third"));
  const Offers offers = offers_for(world.problem, world.rooms());
  EXPECT_THAT(decorated(offers),
              ElementsAre("via.fake/[lib.conv/default]", "via.fake/[lib.conv/fast]",
                          "via.fake/[own.conv/plain]"))
      << "neither the third, the slow one nor the last resort";
}

TEST(Decorators, SayWhyTheyDoNotApply) {
  DecoratedWorld world;
  world.via.refusal = "the stride is not 1";
  const Offers offers = offers_for(world.problem, world.rooms());
  EXPECT_THAT(decorated(offers), ElementsAre());
  EXPECT_THAT(offers.refusals,
              testing::Contains(testing::Field(&Listing::Refused::reason, "the stride is not 1")));
}

TEST(Decorators, DependOnTheEnvironmentOfWhatIsInside) {
  DecoratedWorld world;
  const Rooms rooms = world.rooms();
  Candidate candidate = candidate_of("[lib.conv/fast]");
  candidate.implementation = "via.fake";
  ASSERT_TRUE(rooms.origin(candidate));
  EXPECT_EQ(rooms.origin(candidate)->backend, "lib");
  EXPECT_EQ(rooms.origin(candidate)->revision, decorated_revision(1, 1));
  candidate.configuration = "[gone.conv/fast]";
  EXPECT_FALSE(rooms.origin(candidate));

  world.tune_once();
  world.lib_backend.library.header = world.lib_backend.library.runtime = "2.0";
  world.seconds["lib.conv/fast"] = 0.9;  // as fast as before it would be promoted
  world.tune_once();
  EXPECT_THAT(world.races.back(),
              testing::IsSupersetOf({"via.fake/[lib.conv/default]", "via.fake/[lib.conv/fast]"}));
  EXPECT_THAT(world.races.back(), testing::Not(testing::Contains("via.fake/[own.conv/plain]")));
}

TEST(Decorators, AreTimedAgainWhenWhatIsInsideWasRevised) {
  DecoratedWorld world;
  world.tune_once();
  world.own.revision_now = 2;
  world.tune_once();
  EXPECT_THAT(world.races.back(),
              UnorderedElementsAre("own.conv/plain", "via.fake/[own.conv/plain]", "lib.conv/fast",
                                   "lib.conv/default"));
}

}  // namespace
}  // namespace convtune
