#include <limits>

#include <gtest/gtest.h>

#include <report/json.hpp>
#include <report/text.hpp>

#include "values.hpp"

namespace convtune {
namespace {

constexpr const char* choice_text =
    R"({"schema":"convtune.choice/1","problem":"fwd.f32.any_n1c64i56x56k64f3x3s1x1p1x1d1x1g1_constw",)"
    R"("device":"Sample Processor","candidate":"onednn.convolution/winograd/jit_wino_4x3:avx512_core",)"
    R"("implementation":"onednn.convolution","layouts":{"source":"nChw16c","filter":"opaque",)"
    R"("destination":"nChw16c"},"seconds":0.001234,"interval":[0.00122,0.00125],)"
    R"("workspace_bytes":1048576,"deterministic":true,"precision":"strict","provenance":"exact",)"
    R"("rigour":"race","confidence":"clear","ties":[],"measured_at":"2023-11-14T22:13:20Z",)"
    R"("environment":"0123456789abcdef","threads":2,"reason":"fastest in the newest race"})";

TEST(Json, OfAChoiceIsTheSameBytesEverywhere) {
  EXPECT_EQ(json(sample_tuned().choice), choice_text);
}

TEST(Json, OfATunedProblemHoldsItsChoice) {
  EXPECT_EQ(json(sample_tuned()),
            std::string(R"({"schema":"convtune.tuned/1",)"
                        R"("problem":"fwd.f32.any_n1c64i56x56k64f3x3s1x1p1x1d1x1g1_constw",)"
                        R"("names":["conv2","conv3"],"repeats":2,"choice":)") +
                choice_text +
                R"(,"baseline":{"candidate":"onednn.convolution/default","seconds":0.0015},)"
                R"("speedup":1.2155,"counts":{"measured":5,"refused":2,"wrong":0,"failed":0,)"
                R"("too_slow":0,"crashed":0,"timed_out":0,"noisy":0},"cost_seconds":1.5,)"
                R"("from_store":false})");
}

TEST(Json, HasNullForWhatIsNotKnown) {
  Tuned tuned = sample_tuned();
  tuned.baseline.reset();
  tuned.speedup.reset();
  tuned.choice = Choice{.problem = tuned.listed.problem, .reason = "nothing fits"};
  const std::string text = json(tuned);
  for (const char* member :
       {R"("candidate":null)", R"("seconds":null)", R"("interval":null)", R"("measured_at":null)",
        R"("environment":null)", R"("source":null)", R"("baseline":null)", R"("speedup":null)"})
    EXPECT_NE(text.find(member), std::string::npos) << member << " in " << text;
}

TEST(Json, NeverHoldsWhatIsNoNumber) {
  Tuned tuned = sample_tuned();
  tuned.speedup = std::numeric_limits<double>::infinity();
  tuned.choice.seconds = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(json(tuned).find(R"("speedup":null)"), std::string::npos);
  EXPECT_NE(json(tuned).find(R"("seconds":null,"interval")"), std::string::npos);
}

TEST(Json, IsValidWhateverLibrariesSay) {
  Tuned tuned = sample_tuned();
  tuned.choice.reason = "a quote \", a line end \n, a byte that is no UTF-8 \xff";
  EXPECT_NE(json(tuned).find("a quote \\\", a line end \\n"), std::string::npos);
}

TEST(Json, OfASummary) {
  TuneSummary summary{.problems = 4, .tuned = 3, .from_store = 1};
  summary.speedup_geomean = 1.25;
  summary.cost_seconds = 2;
  EXPECT_EQ(json(summary),
            R"({"schema":"convtune.tune_summary/1","problems":4,"tuned":3,"from_store":1,)"
            R"("skipped":0,"rejected":0,"speedup_geomean":1.25,"network_speedup":null,)"
            R"("cost_seconds":2.0,"interrupted":false,"unanswered":0,"unstored":0})");
}

TEST(Json, OfAVerification) {
  Verified verified;
  verified.candidate.implementation = "cpu.reference";
  verified.measurement.error = {.exact = true, .scaled_max = 0.5, .bound = 2};
  const ConvProblem problem = sample_tuned().listed.problem;
  EXPECT_EQ(json(problem, verified),
            R"({"schema":"convtune.verification/1",)"
            R"("problem":"fwd.f32.any_n1c64i56x56k64f3x3s1x1p1x1d1x1g1_constw",)"
            R"("candidate":"cpu.reference","outcome":"right","reason":null,"exact":true,)"
            R"("scaled_max":0.5,"bound":2.0,"deterministic":null})");
}

TEST(VerifySummary, CountsByOutcome) {
  VerifySummary summary;
  const auto add = [&](Outcome outcome, double error) {
    Verified verified;
    verified.measurement.outcome = outcome;
    verified.measurement.error.scaled_max = error;
    summary.add(verified);
  };
  add(Outcome::measured, 0.5);
  add(Outcome::measured, 0.25);
  add(Outcome::refused, 9);
  EXPECT_TRUE(summary.passed());
  add(Outcome::wrong, 100);
  add(Outcome::crashed, 0);
  EXPECT_FALSE(summary.passed());
  EXPECT_EQ(json(summary),
            R"({"schema":"convtune.verify_summary/1","problems":0,"right":2,"wrong":1,)"
            R"("failed":1,"refused":1,"scaled_max":100.0,"interrupted":false,)"
            R"("right_scaled_max":0.5})");
  EXPECT_EQ(rendered(summary, Paper{}),
            "0 problems: 2 right, 1 wrong, 1 failed, 1 refused; largest scaled error 100, of those "
            "that are right 0.5\n");
}

}  // namespace
}  // namespace convtune
