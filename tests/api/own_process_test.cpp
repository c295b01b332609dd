// Candidates that run only in processes started for them: an answer to who asks, nothing for who
// runs convolutions in the program.
#include <gmock/gmock.h>

#include <convtune/meta_optimizer.hpp>

#include "convolving.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;

class OwnProcess : public testing::Test {
 protected:
  OwnProcess() {
    Candidate apart = candidate_of("apart", 0, {"default", std::string(own_process_tag)});
    apart.implementation = "mine.conv";
    apart.worker_environment = {"CONVTUNE_TEST_CAP=1"};
    here.mine.more = {apart};
    here.world.seconds["mine.conv/apart"] = 0.1;
  }

  Choice selected() {
    Selector selector(here.rooms());
    return selector.select(here.world.problem, {});
  }

  ConvolvingWorld here;
};

TEST_F(OwnProcess, AnswersWhoAsksForTheFastest) {
  Tuner(here.rooms()).tune({here.world.listed()}, {}, [](const Tuned&) {});
  EXPECT_EQ(selected().candidate, "mine.conv/apart");
}

TEST_F(OwnProcess, IsNotChosenToRunHere) {
  Tuner(here.rooms()).tune({here.world.listed()}, {}, [](const Tuned&) {});
  for (const char* const policy : {"time_once", "time_on_shape_change", "guess_once", "none"}) {
    Convolution convolution = here.convolution(policy);
    const ConvProblem& problem = here.world.problem;
    std::vector<float> source(elements(problem, Role::source)),
        filter(elements(problem, Role::filter)), destination(elements(problem, Role::destination));
    convolution.run(
        problem,
        {.source = source.data(), .filter = filter.data(), .destination = destination.data()});
    ASSERT_NE(convolution.choice(), nullptr) << policy;
    EXPECT_NE(convolution.choice()->candidate, "mine.conv/apart") << policy;
  }
  EXPECT_THAT(here.mine.ran, testing::Not(testing::Contains("mine.conv/apart")));
}

TEST_F(OwnProcess, IsNoEntrantOfTheMetaOptimizer) {
  here.mine.more.push_back(candidate_of("beside", 0, {"default"}));
  here.mine.more.back().implementation = "mine.conv";
  std::vector<std::string> names;
  for (const auto& entry : MetaOptimizer(here.rooms()).entries(here.world.problem, {}))
    names.push_back(entry.name);
  EXPECT_THAT(names, ElementsAre("mine.conv/beside"));
}

}  // namespace
}  // namespace convtune
