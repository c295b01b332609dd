// The same where a worker's candidates run on a device with memory of its own; a double stands for
// the device, so nothing is proved about a GPU.
#include <gmock/gmock.h>

#include <tuner/isolation.hpp>
#include <tuner/tune.hpp>

#include "misbehaviour.hpp"

namespace convtune {
namespace {

using testing::ContainsRegex;

struct Case {
  const char* configuration;
  Outcome outcome;
  const char* reason;  ///< regular expression
};
void PrintTo(const Case& tested, std::ostream* out) {
  *out << tested.configuration;
}

class DeviceInAWorker : public testing::TestWithParam<Case> {};

TEST_P(DeviceInAWorker, CostsOneCandidate) {
  Device device{.kind = DeviceKind::cuda, .id = "cuda:0", .name = "a device"};
  device.properties = R"({"deviceName": "of a \"test\""})";
  const auto workplace = process_workplace({.command = {CONVTUNE_TEST_WORKER},
                                            .patience_seconds = 5,
                                            .silence_seconds = 4,
                                            .grace_seconds = 0.2});
  std::vector<Contender> contenders;
  // The plan of the third is made beside the second.
  for (const char* const each : {"right", "right as well", GetParam().configuration, "right too"})
    contenders.push_back(
        {.implementation = &misbehaving(), .candidate = misbehaving_candidate(each)});
  const TuneReport report = tune(parse_problem("fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1_bias"),
                                 contenders, device, {}, *workplace);
  EXPECT_EQ(name(report.measurements[2].outcome), name(GetParam().outcome));
  EXPECT_THAT(report.measurements[2].reason, ContainsRegex(GetParam().reason));
  for (const int other : {0, 1, 3}) {
    EXPECT_EQ(report.measurements[other].outcome, Outcome::measured)
        << report.measurements[other].reason;
    EXPECT_FALSE(report.measurements[other].samples.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Of, DeviceInAWorker,
    testing::Values(Case{"exit", Outcome::failed, "ended its process with exit status 3"},
                    Case{"hang@3", Outcome::timed_out, "did not end within"},
                    Case{"exit@7", Outcome::failed, "exit status 3"},
                    Case{"before", Outcome::wrong, "wrote before the destination buffer"},
                    Case{"change input", Outcome::wrong, "changed its input"},
                    Case{"crash at once", Outcome::crashed, "SIGABRT"},
                    Case{"hang at once", Outcome::timed_out, "did not end within"},
                    Case{"fail@2", Outcome::failed, "a launch failed"}));

}  // namespace
}  // namespace convtune
