// What answers for a GPU say beside the answer. The libraries are made up, and the GPU is a
// description or a double: nothing of this proves what a GPU does.
#include <gmock/gmock.h>

#include <convtune/library_search.hpp>

#include "../tuner/fake_accelerator.hpp"
#include "described_gpus.hpp"
#include "offers.hpp"
#include "world.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// An implementation whose library has a search.
class Searching final : public Implementation, public LibrarySearch {
 public:
  std::string_view name() const override { return "lib.algorithm"; }
  Tags tags() const override { return {"lib"}; }
  std::string_view summary() const override { return "made for a test"; }
  DeviceKind device() const override { return DeviceKind::cuda; }
  std::string_view backend() const override { return "lib"; }
  Offer offer(const ConvProblem&, const Device&) const override { return Refusal{"is a test"}; }
  std::unique_ptr<Plan> prepare(const ConvProblem&, const Candidate&,
                                const Device&) const override {
    throw Error(ErrorCode::environment, "Nothing is prepared in these tests.");
  }
  std::vector<Found> search(const ConvProblem&, const Device&, const Buffers& buffers,
                            std::size_t workspace_bytes) const override {
    if (!fails.empty()) throw Error(ErrorCode::no_answer, fails);
    given = buffers;
    workspace = workspace_bytes;
    return {{.configuration = "small", .seconds = 0.001, .workspace_bytes = 64, .math = "fma"},
            {.configuration = "fft", .status = "NOT_SUPPORTED"}};
  }

  std::string fails;
  mutable Buffers given;
  mutable std::size_t workspace = 0;
};

class GpuAnswers : public testing::Test {
 protected:
  GpuAnswers() {
    world_.device = described_gpu("h200");
    for (FakeImplementation* each : {&world_.lib, &world_.own, &world_.reference})
      each->kind = DeviceKind::cuda;
  }

  Rooms rooms() {
    Rooms rooms = world_.rooms();
    rooms.implementations.push_back(&searching_);
    rooms.open_accelerator = [this](const Device&) {
      auto made = std::make_unique<fake::FakeAccelerator>(std::size_t{1} << 20);
      gpu_ = made.get();
      return made;
    };
    return rooms;
  }

  Explanation explain(const Question& question) {
    Selector selector(rooms());
    return selector.explain(world_.problem, question);
  }

  World world_;
  Searching searching_;
  fake::FakeAccelerator* gpu_ = nullptr;
};

TEST_F(GpuAnswers, AnAnswerWithoutALibraryWarnsOnceOfWhomItCouldNotAsk) {
  world_.lib_backend.missing = "libfake was not found";
  world_.lib.candidates.clear();
  world_.lib.refusals = {{.reason = "libfake was not found"}};
  EXPECT_EQ(world_.select().candidate, "own.conv/plain");
  EXPECT_THAT(world_.warnings, ElementsAre("lib.conv could not be asked: libfake was not found."));
  EXPECT_EQ(world_.select({.require = "direct"}).candidate, "own.conv/plain");
  EXPECT_THAT(world_.warnings, IsEmpty()) << "it was not asked for";

  Tuner tuner(world_.rooms());
  EXPECT_THAT(tuner.list(world_.problem).candidates, SizeIs(2));
  EXPECT_THAT(tuner.warnings(), ElementsAre("lib.conv could not be asked: libfake was not found."));
  const Listing again = tuner.list(world_.problem);
  ASSERT_THAT(again.unasked, SizeIs(1));
  EXPECT_EQ(again.unasked[0].implementation, "lib.conv");
  EXPECT_EQ(again.unasked[0].reason, "libfake was not found");
  EXPECT_THAT(tuner.warnings(), IsEmpty()) << "it was said";
}

TEST_F(GpuAnswers, NobodyAnswersWhereTheMemoryDoesNotHoldTheTensors) {
  world_.device.memory_bytes = 4096;
  const Choice choice = world_.select();
  EXPECT_EQ(choice.candidate, "");
  EXPECT_EQ(choice.reason,
            "No candidate may answer this question: lib.conv, own.conv, own.reference: the tensors "
            "take 7.312 KiB, but NVIDIA H200 has 4 KiB of memory.");
  EXPECT_THAT(offers_for(world_.problem, world_.rooms()).refusals, SizeIs(3));
  EXPECT_EQ(world_.lib.asked, 0);
}

TEST_F(GpuAnswers, AWorkspaceThatDoesNotFitBesideTheTensorsIsRefused) {
  world_.lib.candidates[1].workspace_bytes = world_.device.memory_bytes - 100;
  const Offers offers = offers_for(world_.problem, world_.rooms());
  EXPECT_THAT(offers.contenders, SizeIs(3));
  ASSERT_THAT(offers.refusals, SizeIs(1));
  EXPECT_EQ(offers.refusals[0].configuration, "fast");
  EXPECT_THAT(offers.refusals[0].reason, HasSubstr("the tensors and the workspace take 141 GiB"));
}

TEST_F(GpuAnswers, TheCpuIsNotHeldToThat) {
  for (FakeImplementation* each : {&world_.lib, &world_.own, &world_.reference})
    each->kind = DeviceKind::cpu;
  world_.device = {.memory_bytes = 1};
  EXPECT_THAT(offers_for(world_.problem, world_.rooms()).contenders, SizeIs(4));
}

TEST_F(GpuAnswers, AnOracleAnswersWhoAsksForIt) {
  world_.lib.candidates.clear();
  world_.lib.refusals = {{.reason = "is odd", .configuration = "a"},
                         {.reason = "is even", .configuration = "b"}};
  world_.own.candidates.clear();
  world_.own.refusals = {{.reason = "takes no such type"}};
  world_.reference.candidates[0].tags.emplace_back("oracle");
  const Choice choice = world_.select();
  EXPECT_EQ(choice.candidate, "");
  EXPECT_THAT(choice.reason, HasSubstr("own.conv: takes no such type; lib.conv: it refuses each of "
                                       "its 2 configurations"));
  world_.device.present = true;
  world_.tune();
  EXPECT_EQ(world_.select().candidate, "") << "nor with a time";
  EXPECT_EQ(world_.select({.require = "reference"}).candidate, "own.reference");
  EXPECT_EQ(world_.select({.include = {"oracle"}}).candidate, "own.reference");
  EXPECT_THAT(world_.warnings, IsEmpty()) << "it was asked for";
}

TEST_F(GpuAnswers, AnExplanationWithoutTimesListsWhoWouldBeGuessed) {
  world_.lib.refusals = {{.reason = "is odd", .configuration = "a"}};
  const Explanation explanation = explain({.constraints = {.exclude = {"lib"}}});
  std::vector<std::string> order;
  for (const Explanation::Unmeasured& each : explanation.unmeasured)
    order.push_back(text(each.candidate) + (each.removed_by.empty() ? "" : " -"));
  EXPECT_THAT(order, ElementsAre("lib.conv/default -", "lib.conv/fast -", "own.conv/plain",
                                 "own.reference"));
  EXPECT_THAT(explanation.refusals, SizeIs(2));
  ASSERT_TRUE(explanation.guess);
  EXPECT_EQ(explanation.guess->candidate, "own.conv/plain");
  EXPECT_EQ(explanation.guess->provenance, Provenance::heuristic);
}

TEST_F(GpuAnswers, AnExplanationWithTimesDoesNot) {
  world_.device.present = true;
  world_.tune();
  const Explanation explanation = explain({});
  EXPECT_EQ(explanation.choice.candidate, "lib.conv/fast");
  EXPECT_THAT(explanation.unmeasured, IsEmpty());
  EXPECT_FALSE(explanation.guess);
}

TEST_F(GpuAnswers, TheSearchOfALibraryIsShownBesideTheAnswer) {
  world_.device.present = true;
  Explanation explanation = explain({.library_search = true});
  ASSERT_THAT(explanation.searches, SizeIs(1));
  EXPECT_EQ(explanation.searches[0].implementation, "lib.algorithm");
  ASSERT_THAT(explanation.searches[0].found, SizeIs(2));
  EXPECT_EQ(explanation.searches[0].found[0].seconds, 0.001);
  EXPECT_EQ(explanation.searches[0].workspace_limit, searching_.workspace);
  EXPECT_GT(searching_.workspace, 0U);
  EXPECT_NE(searching_.given.source, nullptr);
  EXPECT_NE(searching_.given.workspace, nullptr);

  explanation = explain({.constraints = {.workspace_limit = 0}, .library_search = true});
  EXPECT_EQ(searching_.workspace, 0U);
  EXPECT_EQ(searching_.given.workspace, nullptr);
  EXPECT_THAT(explain({}).searches, IsEmpty());
}

TEST_F(GpuAnswers, WhatCannotBeSearchedIsOneSentence) {
  EXPECT_THAT(explain({.library_search = true}).notes,
              testing::Contains("A library's own search (cudnnFind) needs NVIDIA H200 itself, and "
                                "there is only its description."));
  EXPECT_EQ(gpu_, nullptr);
  world_.device.present = true;
  searching_.fails = "It takes no such type.";
  EXPECT_THAT(explain({.library_search = true}).notes,
              testing::Contains("lib.algorithm has no search of its own to show: It takes no such "
                                "type."));
}

}  // namespace
}  // namespace convtune
