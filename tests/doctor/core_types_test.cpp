#include <map>

#include <gmock/gmock.h>

#include <convtune/doctor.hpp>

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A process that runs as a core type and takes a fixed time for a product; dies after `answers`.
class FakeHelper final : public Helper {
 public:
  FakeHelper(std::string core_type, double seconds, int answers)
      : core_type_(std::move(core_type)), seconds_(seconds), answers_(answers) {}

  std::optional<std::string> ask(const std::string& question) override {
    EXPECT_EQ(question, "512");
    if (answers_-- == 0) return std::nullopt;
    return std::to_string(seconds_) + " " + core_type_;
  }

 private:
  std::string core_type_;
  double seconds_;
  int answers_;
};

/// A machine by what its processes do when they are told a core type; "" is the library's choice.
struct FakeMachine {
  struct Kernels {
    std::string core_type;
    double seconds = 1;
    int answers = 1000;
  };
  std::map<std::string, Kernels> by_setting;
  std::vector<std::string> started = {};

  HelperLauncher launcher() {
    return [this](const std::vector<std::string>& settings) -> std::unique_ptr<Helper> {
      EXPECT_EQ(settings.size(), 1U);
      const std::string name = settings.front().substr(settings.front().find('=') + 1);
      started.push_back(settings.front());
      const auto found = by_setting.find(name);
      if (found == by_setting.end()) return nullptr;
      const Kernels& kernels = found->second;
      return std::make_unique<FakeHelper>(kernels.core_type, kernels.seconds, kernels.answers);
    };
  }
};

std::vector<std::string> names(const CoreTypes& types) {
  std::vector<std::string> all;
  for (const CoreTypes::Timed& each : types.timed) all.push_back(each.name);
  return all;
}

TEST(CoreTypes, ReplacesAWrongGuess) {
  FakeMachine machine{{{"", {"Haswell", 0.004}}, {"SkylakeX", {"SkylakeX", 0.002}}}};
  const CoreTypes types = time_core_types({"SkylakeX"}, machine.launcher(), 3);
  EXPECT_EQ(types.chosen, "Haswell");
  EXPECT_EQ(types.fastest, "SkylakeX");
  EXPECT_THAT(names(types), ElementsAre("SkylakeX", "Haswell"));
  EXPECT_DOUBLE_EQ(types.timed[0].gflops, 2.0 * 512 * 512 * 512 / 0.002 / 1e9);
  EXPECT_THAT(machine.started, ElementsAre("OPENBLAS_CORETYPE=", "OPENBLAS_CORETYPE=SkylakeX"));
  EXPECT_EQ(types.problem, "");
}

TEST(CoreTypes, KeepsTheLibrarysChoiceWhenTheWinIsSmall) {
  FakeMachine machine{{{"", {"Haswell", 0.00204}}, {"Zen", {"Zen", 0.00200}}}};
  const CoreTypes types = time_core_types({"Zen"}, machine.launcher(), 3);
  EXPECT_THAT(names(types), ElementsAre("Zen", "Haswell"));
  EXPECT_EQ(types.fastest, "Haswell");
}

TEST(CoreTypes, TimesNoCoreTypeTwice) {
  FakeMachine machine{{{"", {"Cooperlake", 0.002}},
                       {"Cooperlake", {"Cooperlake", 0.001}},
                       {"SapphireRapids", {"Cooperlake", 0.001}}}};
  const CoreTypes types = time_core_types({"Cooperlake", "SapphireRapids"}, machine.launcher(), 3);
  EXPECT_THAT(names(types), ElementsAre("Cooperlake"));
}

TEST(CoreTypes, LeavesOutWhatTheProcessorCannotRun) {
  FakeMachine machine{{{"", {"Haswell", 0.002}}, {"SkylakeX", {"SkylakeX", 0.001, 0}}}};
  const CoreTypes types = time_core_types({"SkylakeX"}, machine.launcher(), 3);
  EXPECT_THAT(names(types), ElementsAre("Haswell"));
  EXPECT_EQ(types.fastest, "Haswell");
}

TEST(CoreTypes, SurvivesAProcessThatDiesOnTheWay) {
  FakeMachine machine{{{"", {"Haswell", 0.002}}, {"Zen", {"Zen", 0.001, 2}}}};
  const CoreTypes types = time_core_types({"Zen"}, machine.launcher(), 5);
  EXPECT_EQ(types.fastest, "Zen");
}

TEST(CoreTypes, SaysWhyThereIsNoAnswer) {
  class Complaining final : public Helper {
    std::optional<std::string> ask(const std::string&) override {
      return "OpenBLAS was not found. Install libopenblas0-openmp.";
    }
  };
  const auto launch = [](const std::vector<std::string>&) -> std::unique_ptr<Helper> {
    return std::make_unique<Complaining>();
  };
  const CoreTypes types = time_core_types({"Zen"}, launch, 3);
  EXPECT_EQ(types.problem, "OpenBLAS was not found. Install libopenblas0-openmp.");
  EXPECT_EQ(types.fastest, "");
  EXPECT_THAT(types.timed, IsEmpty());
}

TEST(CoreTypes, AreKeptByMachineClass) {
  Machine machine;
  machine.machine_class = "model/avx512/2";
  machine.serial = "one";
  const std::string key = core_type_setting_key(machine);
  machine.serial = "another";
  EXPECT_EQ(core_type_setting_key(machine), key);
  machine.machine_class = "other/avx2/8";
  EXPECT_NE(core_type_setting_key(machine), key);
}

TEST(GemmAnswer, RefusesWhatIsNoSize) {
  EXPECT_EQ(answer_gemm("many", Device{}), "The question is the size of a matrix.");
  EXPECT_EQ(answer_gemm("0", Device{}), "The question is the size of a matrix.");
}

TEST(GemmAnswer, IsATimeAndACoreType) {
  EXPECT_THAT(answer_gemm("32", Device{}), testing::MatchesRegex("[0-9]+\\.[0-9]+ [A-Za-z0-9_]+"));
}

}  // namespace
}  // namespace convtune
