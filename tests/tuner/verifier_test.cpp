#include <cstring>
#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>

#include <tuner/verifier.hpp>

#include "fakes.hpp"

namespace convtune {
namespace {

using fake::Behaviour;
using fake::FakePlan;
using fake::FakeTrial;
using testing::HasSubstr;

const ConvProblem problem = parse_problem("fwd.f32.nchw_n2c8i9x9k6f3x3s1x1p1x1d1x1g2");

struct Case {
  fake::HandClock clock;
  Verifier verifier{problem};

  Checked check(const Behaviour& behaviour) {
    FakeTrial<> plan(problem, behaviour, &clock);
    Candidate candidate;
    candidate.implementation = "fake";
    candidate.workspace_bytes = behaviour.wants_workspace;
    return verifier.check(plan, candidate);
  }
};

TEST(Verifier, ARightCandidateIsRightAndItsCallsAreTimed) {
  Case test;
  const Checked found = test.check({.seconds = [](int call) { return call == 0 ? 0.5 : 0.1; }});
  EXPECT_EQ(found.outcome, Outcome::measured) << found.reason;
  EXPECT_EQ(found.reason, "");
  EXPECT_EQ(found.error.exact, true);
  EXPECT_EQ(found.error.bound, 4);
  EXPECT_LE(found.error.scaled_max, 0.5);
  EXPECT_EQ(found.deterministic, true);
  EXPECT_NEAR(found.first_call_seconds, 0.5, 1e-9);
  EXPECT_NEAR(found.fastest_call_seconds, 0.1, 1e-9);
}

TEST(Verifier, AllDirectionsLayoutsAndEpilogues) {
  for (const char* text :
       {"bwdd.f32.nchw_n2c8i9x9k6f3x3s1x1p1x1d1x1g2", "bwdw.f32.nchw_n2c8i9x9k6f3x3s1x1p1x1d1x1g2",
        "fwd.f32.nhwc_n2c8i9x9k6f3x3s1x1p1x1d1x1g2", "fwd.f64.nchw_n2c8i9x9k6f3x3s1x1p1x1d1x1g2"}) {
    ConvShape shape = parse_problem(text).shape();
    for (const bool epilogue : {false, true}) {
      shape.accumulate = epilogue;
      shape.bias = shape.relu = epilogue && shape.direction == Direction::forward;
      const ConvProblem of = ConvProblem::make(shape);
      Verifier verifier(of);
      FakeTrial<> plan(of, {}, nullptr);
      const Checked found = verifier.check(plan, {});
      EXPECT_EQ(found.outcome, Outcome::measured) << text << ": " << found.reason;
      EXPECT_EQ(found.error.exact, true) << text;
      FakeTrial<> spoilt(of, {.spoil = [](int, auto& output) { output.back() += 1; }}, nullptr);
      EXPECT_EQ(verifier.check(spoilt, {}).outcome, Outcome::wrong) << text;
    }
  }
}

TEST(Verifier, NarrowOutputsWithASecondPass) {
  ConvShape shape = problem.shape();
  shape.source_type = shape.filter_type = shape.destination_type = DataType::bf16;
  const ConvProblem of = ConvProblem::make(shape);
  Verifier verifier(of);
  FakeTrial<> plan(of, {}, nullptr);
  const Checked found = verifier.check(plan, {});
  EXPECT_EQ(found.outcome, Outcome::measured) << found.reason;
  EXPECT_EQ(found.error.exact, true);
  EXPECT_LE(found.error.scaled_max, 1.01);  // its own rounding and no more
}

TEST(Verifier, EmptyProblemsAreRight) {
  ConvShape shape = problem.shape();
  shape.batch = 0;
  const ConvProblem of = ConvProblem::make(shape);
  Verifier verifier(of);
  FakeTrial<> plan(of, {}, nullptr);
  EXPECT_EQ(verifier.check(plan, {}).outcome, Outcome::measured);
}

// The six planted faults, and their like.
TEST(PlantedFault, LastTile) {
  Case test;
  const Checked found = test.check({.spoil = [](int, std::vector<double>& output) {
    for (std::size_t i = output.size() - 9; i < output.size(); ++i) output[i] = 0;
  }});
  EXPECT_EQ(found.outcome, Outcome::wrong);
  EXPECT_THAT(found.reason, HasSubstr("output [1, 5, 8, "));
}

TEST(PlantedFault, OneElementInTenMillion) {
  const ConvProblem large = parse_problem("fwd.f32.nchw_n1c1i3200x3200k1f1x1s1x1p0x0d1x1g1");
  Verifier verifier(large);
  FakeTrial<> plan(large, {.spoil = [](int, auto& output) { output[5'000'001] += 1; }}, nullptr);
  const Checked found = verifier.check(plan, {});
  EXPECT_EQ(found.outcome, Outcome::wrong);
  EXPECT_THAT(found.reason, HasSubstr("1 of 10240000"));
}

TEST(PlantedFault, StaleOutput) {
  Case test;
  const Checked found = test.check({.stores = false});
  EXPECT_EQ(found.outcome, Outcome::wrong);
  EXPECT_THAT(found.reason, HasSubstr("nan"));
}

TEST(PlantedFault, StaleOutputAfterTheFirstCall) {
  class Once : public FakePlan {
   public:
    using FakePlan::FakePlan;
    void run(const Buffers& buffers) override {
      if (!ran_) FakePlan::run(buffers);
      ran_ = true;
    }
    bool ran_ = false;
  };
  Case test;
  FakeTrial<Once> plan(problem, {}, nullptr);
  EXPECT_EQ(test.verifier.check(plan, {}).outcome, Outcome::wrong);
}

TEST(PlantedFault, NotANumber) {
  Case test;
  const Checked found = test.check({.spoil = [](int, std::vector<double>& output) {
    output[100] = std::numeric_limits<double>::quiet_NaN();
  }});
  EXPECT_EQ(found.outcome, Outcome::wrong);
}

TEST(PlantedFault, OnePastTheOutput) {
  Case test;
  const Checked found = test.check({.trespass = [](int, const Buffers& buffers) {
    static_cast<float*>(buffers.destination)[elements(problem, Role::destination)] = 1;
  }});
  EXPECT_EQ(found.outcome, Outcome::wrong);
  EXPECT_EQ(found.reason, "wrote after the destination buffer");
}

TEST(PlantedFault, OnePastTheWorkspace) {
  Case test;
  const Checked found =
      test.check({.wants_workspace = 1000, .trespass = [](int, const Buffers& buffers) {
                    static_cast<char*>(buffers.workspace)[1000] = 1;
                  }});
  EXPECT_EQ(found.outcome, Outcome::wrong);
  EXPECT_EQ(found.reason, "wrote after the workspace");
}

TEST(PlantedFault, InTheBiasAndPastIt) {
  for (const int offset : {0, 4}) {
    const ConvProblem biased = parse_problem("fwd.f32.nchw_n1c2i4x4k4f3x3s1x1p1x1d1x1g1_bias");
    FakeTrial<> plan(biased,
                     {.trespass =
                          [offset](int, const Buffers& buffers) {
                            const_cast<float*>(static_cast<const float*>(buffers.bias))[offset] =
                                1.25F;
                          }},
                     nullptr);
    Candidate candidate;
    candidate.implementation = "fake";
    const Checked found = Verifier(biased).check(plan, candidate);
    EXPECT_EQ(found.outcome, Outcome::wrong);
    EXPECT_EQ(found.reason, offset == 0 ? "changed its input" : "wrote after the bias");
  }
}

TEST(PlantedFault, BeforeTheFilter) {
  Case test;
  const Checked found = test.check({.trespass = [](int, const Buffers& buffers) {
    static_cast<float*>(buffers.filter)[-1] = 1;
  }});
  EXPECT_EQ(found.reason, "wrote before the filter buffer");
}

TEST(PlantedFault, WrongOnTheSecondRun) {
  Case test;
  const Checked found = test.check({.spoil = [](int call, std::vector<double>& output) {
    if (call >= 2) output[0] += 0.5;
  }});
  EXPECT_EQ(found.outcome, Outcome::wrong);
  EXPECT_THAT(found.reason, HasSubstr("run 2 on the same data"));
  EXPECT_EQ(found.deterministic, false);
}

TEST(PlantedFault, WrongAfterManyRuns) {
  Case test;
  FakeTrial<> plan(problem, {.spoil = [](int call, auto& output) { output[7] += call > 50; }},
                   nullptr);
  ASSERT_EQ(test.verifier.check(plan, {}).outcome, Outcome::measured);
  EXPECT_EQ(test.verifier.recheck(plan, {}).reason, "");
  for (int i = 0; i < 60; ++i) test.verifier.recheck(plan, {}).reason;
  EXPECT_THAT(test.verifier.recheck(plan, {}).reason, HasSubstr("output [0, 0, 0, 7]"));
}

TEST(PlantedFault, ChangedInput) {
  Case test;
  const Checked found = test.check({.trespass = [](int, const Buffers& buffers) {
    static_cast<float*>(buffers.source)[5] = 9;
  }});
  EXPECT_EQ(found.outcome, Outcome::wrong);
  EXPECT_EQ(found.reason, "changed its input");
}

TEST(Verifier, NotTheSameBitsButWithinTheBoundIsNotDeterministic) {
  Case test;
  const Checked found = test.check({.spoil = [](int call, std::vector<double>& output) {
    if (call > 0) output[3] *= 1 + 3e-7 * (call % 2);
  }});
  EXPECT_EQ(found.outcome, Outcome::measured) << found.reason;
  EXPECT_EQ(found.deterministic, false);
}

TEST(Verifier, WhoeverThrowsFails) {
  Case test;
  Checked found = test.check({.before = [](int) { throw std::runtime_error("out of luck"); }});
  EXPECT_EQ(found.outcome, Outcome::failed);
  EXPECT_EQ(found.reason, "out of luck");
  found = test.check({.before = [](int) { throw std::bad_alloc(); }});
  EXPECT_EQ(found.outcome, Outcome::failed);
  EXPECT_THAT(found.reason, HasSubstr("memory"));
}

// Others may have taken the memory of a device meanwhile.
TEST(Verifier, WhoeverFindsNoMemoryOnADeviceIsDueAgain) {
  Case test;
  FakeTrial<> trial(problem, {.before = [](int) { throw std::bad_alloc(); }}, nullptr);
  trial.on_a_device = true;
  const Checked found = test.verifier.check(trial, Candidate());
  EXPECT_EQ(found.outcome, Outcome::refused);
  EXPECT_THAT(found.reason, testing::StartsWith(std::string(short_of_memory)));
}

TEST(Verifier, WhoeverIsSomebodyElseFails) {
  Case test;
  FakeTrial<> plan(problem, {.claims = "jit"}, nullptr);
  Candidate candidate;
  candidate.configuration = "gemm";
  const Checked found = test.verifier.check(plan, candidate);
  EXPECT_EQ(found.outcome, Outcome::failed);
  EXPECT_EQ(found.reason, "the plan runs \"jit\", not \"gemm\"");
}

TEST(Verifier, WhoeverWantsMoreThanDeclaredFails) {
  Case test;
  FakeTrial<> plan(problem, {.wants_workspace = 65}, nullptr);
  Candidate candidate;
  candidate.workspace_bytes = 64;
  const Checked found = test.verifier.check(plan, candidate);
  EXPECT_EQ(found.outcome, Outcome::failed);
  EXPECT_EQ(found.reason, "wants 65 bytes of workspace and declares 64");
}

TEST(Verifier, AnAllocationThatCannotBeHadFails) {
  Case test;
  const Checked found = test.check({.wants_workspace = std::size_t{1} << 61});
  EXPECT_EQ(found.outcome, Outcome::failed);
  EXPECT_THAT(found.reason, HasSubstr("cannot allocate"));
}

TEST(Verifier, TwoSlowCallsAreTooSlow) {
  Case test;
  int calls = 0;
  FakeTrial<> plan(problem, {.seconds = [](int) { return 2.0; }, .before = [&](int) { ++calls; }},
                   &test.clock);
  const Checked found = test.verifier.check(plan, {}, 1.0);
  EXPECT_EQ(found.outcome, Outcome::too_slow);
  EXPECT_EQ(calls, 2);

  FakeTrial<> late(problem, {.seconds = [](int call) { return call == 0 ? 2.0 : 0.5; }},
                   &test.clock);
  EXPECT_EQ(test.verifier.check(late, {}, 1.0).outcome, Outcome::measured);

  calls = 0;
  FakeTrial<> hopeless(
      problem, {.seconds = [](int) { return 11.0; }, .before = [&](int) { ++calls; }}, &test.clock);
  EXPECT_EQ(test.verifier.check(hopeless, {}, 1.0).outcome, Outcome::too_slow);
  EXPECT_EQ(calls, 1);
}

// Large problems: samples and agreement.
struct Large {
  static constexpr std::size_t hidden = 4321;  // not among the samples
  ConvProblem of = parse_problem("fwd.f32.nchw_n1c8i64x64k8f3x3s1x1p1x1d1x1g1");
  Verifier verifier{of, own_memory(), false};

  Checked check(const std::string& implementation, bool wrong) {
    const TestData data(of, DataKind::uniform);
    const Oracle oracle(of, DataKind::uniform, data, false);
    std::size_t at = hidden;
    while (std::ranges::binary_search(oracle.indices(), static_cast<std::int64_t>(at))) ++at;
    Behaviour behaviour;
    if (wrong) behaviour.spoil = [at](int, std::vector<double>& output) { output[at] += 1; };
    FakeTrial<> plan(of, behaviour, nullptr);
    Candidate candidate;
    candidate.implementation = implementation;
    return verifier.check(plan, candidate);
  }
};

TEST(Agreement, CatchesWhatSamplesMiss) {
  Large large;
  EXPECT_EQ(large.check("a", false).outcome, Outcome::measured);
  const Checked found = large.check("b", true);
  EXPECT_EQ(found.outcome, Outcome::wrong);
  EXPECT_THAT(found.reason, HasSubstr("1 of 1 checked"));
  EXPECT_FALSE(large.verifier.take_fallen());
}

TEST(Agreement, OverturnsTheOneThatCameFirst) {
  Large large;
  EXPECT_EQ(large.check("a", true).outcome, Outcome::measured);
  EXPECT_FALSE(large.verifier.take_fallen());
  EXPECT_EQ(large.check("b", false).outcome, Outcome::measured);
  const auto fallen = large.verifier.take_fallen();
  ASSERT_TRUE(fallen);
  EXPECT_EQ(fallen->candidate, "a");
  EXPECT_FALSE(large.verifier.take_fallen());
  EXPECT_EQ(large.check("a", true).outcome, Outcome::wrong);
}

TEST(Agreement, TwoThatAreRightAgree) {
  Large large;
  EXPECT_EQ(large.check("a", false).outcome, Outcome::measured);
  EXPECT_EQ(large.check("b", false).outcome, Outcome::measured);
  EXPECT_EQ(large.check("a", false).outcome, Outcome::measured);
  EXPECT_FALSE(large.verifier.take_fallen());
}

}  // namespace
}  // namespace convtune
