#include "trials.hpp"

#include <gmock/gmock.h>
#include <omp.h>

#include "fakes.hpp"

namespace convtune {
namespace {

class ThreadCounting final : public Implementation {
 public:
  std::string_view name() const override { return "counting.threads"; }
  Tags tags() const override { return {}; }
  std::string_view summary() const override { return "made for a test"; }
  std::string_view backend() const override { return "cpu"; }
  Offer offer(const ConvProblem&, const Device&) const override { return Refusal{"never asked"}; }
  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate&,
                                const Device&) const override {
    counts.push_back(omp_get_max_threads());
    return std::make_unique<fake::FakePlan>(problem, fake::Behaviour{}, nullptr);
  }
  mutable std::vector<int> counts;
};

// Whatever the process was started with, as a worker is that nobody told.
TEST(Trials, PlansAreMadeForTheThreadsOfTheirDevice) {
  const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c1i2x2k1f1x1s1x1p0x0d1x1g1");
  const int before = omp_get_max_threads();
  const ThreadCounting implementation;
  Trials trials(steady_clock(), {});
  for (const int threads : {1, 3, 2}) {
    Device device;
    device.threads = threads;
    trials.prepare(implementation, problem, {}, device);
  }
  omp_set_num_threads(before);
  EXPECT_THAT(implementation.counts, testing::ElementsAre(1, 3, 2));
}

}  // namespace
}  // namespace convtune
