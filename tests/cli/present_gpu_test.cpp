// What the program says of a GPU that is here: driver, NVML and the module are doubles, so that
// none of this proves what a real one answers.
#include <gmock/gmock.h>

#include "program.hpp"

namespace convtune {
namespace {

using testing::Contains;
using testing::HasSubstr;
using Json = nlohmann::ordered_json;

class PresentGpu : public testing::Test {
 protected:
  PresentGpu() {
    program_.set("LD_LIBRARY_PATH=" FAKE_GPU);
    program_.set("CONVTUNE_MODULE_DIR=" FAKE_GPU);
    program_.set("CONVTUNE_LOCK_DIR=" + program_.folder().string());
  }
  Json devices() const { return program_.run({"list", "devices", "--json"}).document(); }

  Program program_;
};

TEST_F(PresentGpu, IsListedWithAllThatIsKnownOfIt) {
  program_.set("FAKE_NVML_OTHERS=1");
  program_.set("FAKE_NVML_MIG=1");
  const Json listed = devices();
  ASSERT_EQ(listed["devices"].size(), 3U);
  const Json& gpu = listed["devices"][1];
  EXPECT_EQ(gpu["device"], "cuda:0");
  EXPECT_EQ(gpu["present"], true);
  EXPECT_EQ(gpu["threads"], 0);
  EXPECT_EQ(gpu["uuid"], "GPU-1");
  EXPECT_THAT(gpu["machine_class"].get<std::string>(), Not(HasSubstr("GPU-1")));
  EXPECT_EQ(gpu["driver"], "13.0");
  EXPECT_EQ(gpu["sm_clock_mhz"], 1980);
  EXPECT_EQ(gpu["compute_mode"], "default");
  EXPECT_EQ(gpu["mig"], true);
  EXPECT_EQ(gpu["mig_instances"], (Json{"MIG-0", "MIG-2"}));
  EXPECT_EQ(gpu["other_processes"], Json::array({100001}));
  EXPECT_EQ(listed["devices"][2]["device"], "h200");
  EXPECT_EQ(listed["devices"][2]["threads"], 0);
  EXPECT_EQ(listed["devices"][2]["uuid"], nullptr);
  for (const Json& sentence : listed["missing"])
    EXPECT_THAT(sentence.get<std::string>(), HasSubstr("build it again")) << "of the double alone";
}

TEST_F(PresentGpu, IsOneSentenceForPeopleTheSameFromDoctor) {
  program_.set("FAKE_NVML_MODE=3");
  const std::string sentence =
      "cuda:0 is NVIDIA Double (GPU-1) with driver 13.0, compute mode exclusive_process; its "
      "compute mode lets one process compute on it: candidates of several libraries need "
      "--isolation none.";
  EXPECT_THAT(program_.run({"list", "devices"}).out, HasSubstr("\n" + sentence + "\n"));
  const Json doctor = program_.run({"doctor", "--json"}).document();
  EXPECT_THAT(doctor["findings"].get<std::vector<std::string>>(), Contains(sentence));
}

TEST_F(PresentGpu, ThatTheDriverRefusesIsNamedWithWhatToDo) {
  for (const auto& [status, reason] :
       {std::pair{"100", "sees no GPU: look whether CUDA_VISIBLE_DEVICES or the container hides"},
        std::pair{"803", "refuses with CUDA error 803: load its kernel module"}}) {
    program_.set(std::string("FAKE_CUDA_STATUS=") + status);
    const Json listed = devices();
    EXPECT_EQ(listed["devices"].size(), 2U);
    EXPECT_THAT(listed["missing"][0].get<std::string>(), HasSubstr(reason));
    const Json doctor = program_.run({"doctor", "--json"}).document();
    EXPECT_THAT(doctor["findings"].get<std::vector<std::string>>(), Contains(HasSubstr(reason)));
  }
}

TEST_F(PresentGpu, HasCudnnsOwnSearchForComparison) {
  const std::vector<std::string> question = {
      "explain", tiny_problem(), "--device", "cuda:0", "--cudnn-find", "--workspace-limit", "4096"};
  std::vector<std::string> as_json = question;
  as_json.emplace_back("--json");
  const Called called = program_.run(as_json);
  ASSERT_EQ(called.exit, 0) << called.err;
  const Json explanation = called.document();
  EXPECT_EQ(explanation["choice"]["candidate"], "cudnn.algorithm/small");
  ASSERT_EQ(explanation["searches"].size(), 1U);
  const Json& search = explanation["searches"][0];
  EXPECT_EQ(search["implementation"], "cudnn.algorithm");
  EXPECT_EQ(search["workspace_limit_bytes"], 4096);
  EXPECT_EQ(search["found"][0]["configuration"], "small");
  EXPECT_EQ(search["found"][0]["seconds"], 2e-3);
  EXPECT_EQ(search["found"][1]["seconds"], nullptr);
  EXPECT_EQ(search["found"][1]["status"], "NOT_SUPPORTED");
  EXPECT_THAT(program_.run(question).out,
              testing::ContainsRegex("cudnn.algorithm/small +2.00 ms +4 KiB +no +default +timed"));
}

}  // namespace
}  // namespace convtune
