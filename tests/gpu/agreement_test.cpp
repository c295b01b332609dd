// Every implementation that runs on a GPU against the reference: checked as the tuner checks, on
// the first GPU, over the shape files.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <convtune/decorator.hpp>
#include <kernels/list.hpp>
#include <tuner/tune.hpp>

#include "present.hpp"
#include "support/offers.hpp"

namespace convtune {
namespace {

constexpr std::size_t every = 4;            // of the shapes
constexpr std::size_t most_candidates = 6;  // of a problem, the likeliest first

// Where the program was built, or where it was taken to.
std::string shapes_folder() {
  const char* const there = std::getenv("CONVTUNE_TEST_SHAPES");
  return there ? there : CONVTUNE_SHAPES;
}

std::vector<ConvProblem> problems(Direction direction) {
  std::vector<ConvProblem> all;
  std::size_t index = 0;
  for (const char* const name :
       {"theano_2d", "theano_3d", "theano_gemm", "theano_groups", "edges", "variants"}) {
    std::ifstream file(shapes_folder() + "/" + name + ".txt");
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line.front() == '#' || index++ % every != 0) continue;
      ConvShape shape = parse_problem(line).shape();
      shape.direction = direction;
      if (direction != Direction::forward) shape.bias = shape.relu = shape.constant_weights = false;
      try {
        all.push_back(ConvProblem::make(shape));
      } catch (const InvalidProblem&) {
        // Some shapes have no such gradient.
      }
    }
  }
  return all;
}

std::vector<const Implementation*> on_a_gpu() {
  std::vector<const Implementation*> found;
  std::ranges::copy_if(own_implementations(), std::back_inserter(found),
                       [](const Implementation* each) { return each->runs_on(DeviceKind::cuda); });
  return found;
}

// Alternatives are not of every direction.
bool has_direction(const Implementation& implementation, Direction direction) {
  const auto* const decorator = dynamic_cast<const Decorator*>(&implementation);
  return decorator == nullptr || std::ranges::any_of(problems(direction), [&](const auto& each) {
           return std::holds_alternative<ConvProblem>(decorator->inner(each));
         });
}

class OfTheGpu : public testing::TestWithParam<std::tuple<const Implementation*, Direction>> {};

TEST_P(OfTheGpu, AgreesWithTheReference) {
  CONVTUNE_NEED_A_GPU();
  const auto& [implementation, direction] = GetParam();
  if (const std::string missing = backend(implementation->backend()).unavailable();
      !missing.empty())
    GTEST_SKIP() << missing;
  if (!has_direction(*implementation, direction)) GTEST_SKIP() << "has no such direction";
  const Device device = present_gpus().front();
  const auto workplace = local_workplace(steady_clock(), open_gpu);
  TuneSettings settings;
  settings.time = false;
  settings.gate_slow = false;
  int right = 0;
  for (const ConvProblem& problem : problems(direction)) {
    std::vector<Contender> contenders;
    for (Candidate& each : testing_support::offer_of(*implementation, problem, device).candidates)
      if (contenders.size() < most_candidates) contenders.push_back({implementation, each});
    const TuneReport report = tune(problem, contenders, device, settings, *workplace);
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      EXPECT_EQ(report.measurements[i].outcome, Outcome::measured)
          << text(contenders[i].candidate) << " of " << text(problem) << ": "
          << report.measurements[i].reason;
      right += report.measurements[i].outcome == Outcome::measured;
    }
  }
  EXPECT_GT(right, 0);
  RecordProperty("right", right);
}

INSTANTIATE_TEST_SUITE_P(Every, OfTheGpu,
                         testing::Combine(testing::ValuesIn(on_a_gpu()),
                                          testing::Values(Direction::forward,
                                                          Direction::backward_data,
                                                          Direction::backward_weights)),
                         [](const auto& c) {
                           std::string named(std::get<0>(c.param)->name());
                           std::ranges::replace(named, '.', '_');
                           return named + "_" + std::string(name(std::get<1>(c.param)));
                         });

}  // namespace
}  // namespace convtune
