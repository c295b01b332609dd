// What every build says of a GPU that is not here, and of files that describe one.
#include <filesystem>
#include <utility>

#include <gmock/gmock.h>

#include "described_gpu.hpp"

namespace convtune {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(AGpuThatIsNotHere, IsListedByEveryBuild) {
  const Program program;
  const Json devices = program.run({"list", "devices", "--json"}).document()["devices"];
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0]["device"], "cpu");
  EXPECT_EQ(devices[0]["present"], true);
  EXPECT_EQ(devices[1]["device"], "h200");
  EXPECT_EQ(devices[1]["kind"], "cuda");
  EXPECT_EQ(devices[1]["present"], false);
  EXPECT_EQ(devices[1]["threads"], 0);
  EXPECT_EQ(devices[1]["sm_clock_mhz"], 1980);
  EXPECT_GT(devices[1]["memory_clock_mhz"], 0);
  EXPECT_EQ(devices[1]["l2_bytes"], 60 << 20);
  const Json asked =
      program.run({"list", "devices", "--device", "h200", "--json"}).document()["devices"];
  EXPECT_EQ(asked, devices);
}

TEST(AGpuThatIsNotHere, IsSaidToBeMissingWithWhatToDo) {
  Program program;
  program.set("CONVTUNE_MODULE_DIR=/nowhere");
  const Json listed = program.run({"list", "devices", "--json"}).document();
  EXPECT_THAT(listed["missing"].dump(),
              HasSubstr("The module convtune_cuda was not found in /nowhere: run scripts/setup "
                        "--cuda"));
  const std::string text = program.run({"list", "devices"}).out;
  for (const Json& sentence : listed["missing"])
    EXPECT_THAT(text, HasSubstr("\n" + sentence.get<std::string>() + "\n"));
}

TEST(AGpuThatIsNotHere, IsDescribedAsItselfAndNotAsTheCpu) {
  const Program program;
  const Json described =
      program.run({"doctor", "--device", "h200", "--dump-description"}).document();
  EXPECT_EQ(described["name"], "NVIDIA H200");
  EXPECT_THAT(described["machine_class"].get<std::string>(),
              StartsWith("NVIDIA H200, sm_90, 132 "));
  EXPECT_EQ(described["fingerprint"]["deviceVer"], 900);
  EXPECT_EQ(described["threads"], 0);
  EXPECT_EQ(described["isa"], nullptr);
}

TEST(AGpuThatIsNotHere, IsWhatTheDoctorBeginsWith) {
  const Program program;
  const Called called = program.run({"doctor", "--device", "h200"});
  EXPECT_EQ(called.exit, 0) << called.err;
  EXPECT_THAT(called.out, StartsWith("  GPU              h200: NVIDIA H200, described, not here\n"
                                     "  GPU's class      NVIDIA H200, sm_90, 132 "));
  EXPECT_THAT(called.out, HasSubstr("\n  GPU's memory     141 GiB\n"));
  EXPECT_THAT(called.out, HasSubstr("- Of NVIDIA H200, which is described and not here, "));
}

TEST(AGpuThatIsNotHere, WhateverIsMissingForItIsNamedAtOnce) {
  Program program;
  program.set("CONVTUNE_MODULE_DIR=/nowhere");
  const Called called = program.run({"list", "implementations", "--json"});
  ASSERT_EQ(called.exit, 0) << called.err;
  const Json document = called.document();
  for (const Json& each : document["implementations"]) {
    if (each["device"] != "cuda") continue;
    const auto reason = each["reason"].get<std::string>();
    EXPECT_THAT(reason, HasSubstr("The module convtune_cuda was not found in /nowhere"));
    if (std::filesystem::exists("/dev/nvidiactl")) continue;
    EXPECT_THAT(reason, HasSubstr("driver of NVIDIA")) << each["name"];
  }
}

TEST(AGpuThatIsNotHere, StopsNobodyWhoAsksWhatThereIs) {
  if (std::filesystem::exists("/dev/nvidiactl")) GTEST_SKIP() << "there may be one";
  const Program program;
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"list", "implementations"}, {"list", "devices"}, {"doctor"}}) {
    std::vector<std::string> all = command;
    all.insert(all.end(), {"--device", "cuda"});
    const Called called = program.run(all);
    EXPECT_EQ(called.exit, 0) << command.back() << ": " << called.err;
    EXPECT_THAT(called.out, HasSubstr("driver of NVIDIA")) << command.back();
    all.back() = "h2000";
    EXPECT_EQ(program.run(all).exit, 2) << "nothing has that name";
  }
  EXPECT_EQ(program.run({"doctor", "--device", "cuda", "--dump-description"}).exit, 3);
}

TEST(AGpuThatIsNotHere, RunsNothing) {
  const Program program;
  for (const char* command : {"tune", "bench", "verify"}) {
    const Called called = program.run({command, tiny_problem(), "--device", "h200"});
    EXPECT_EQ(called.exit, 3) << command;
    EXPECT_THAT(called.err, HasSubstr("is not here, only its description")) << command;
  }
  const Called timed =
      program.run({"select", tiny_problem(), "--device", "h200", "--policy", "time_once"});
  EXPECT_EQ(timed.exit, 3);
}

TEST(AGpuThatIsNotHere, IsNotMadeOfWhateverFile) {
  const Program program;
  std::string lacking = content_of(H200_PROPERTIES);
  lacking.replace(lacking.find("warpSize"), 8, "warpsize");
  Json named = Json::parse(content_of(H200_PROPERTIES));
  (named.contains("fingerprint") ? named["fingerprint"] : named)["deviceName"] =
      std::string(256, 'x');  // beyond what cuDNN has room for
  Json coloured = Json::parse(content_of(H200_PROPERTIES));
  (coloured.contains("fingerprint") ? coloured["fingerprint"] : coloured)["deviceName"] =
      "NVIDIA \x1b[31mH200";
  Json cold = Json::parse(content_of(H200_PROPERTIES));
  (cold.contains("fingerprint") ? cold["fingerprint"] : cold)["deviceVer"] = 30;
  const Json later{{"schema", "convtune.device/2"}, {"fingerprint", named}};
  const std::pair<std::string, const char*> files[] = {
      {program.file("later.json", later.dump()), "its schema is not convtune.device/1"},
      {program.file("coloured.json", coloured.dump()), "its deviceName holds control characters"},
      {program.file("named.json", named.dump()), "deviceName is no name of 1 to 255 bytes"},
      {program.file("empty.json", ""), "is not JSON"},
      {program.file("list.json", "[1]"), "is not a JSON object"},
      {program.file("lacking.json", lacking), ": warpSize is missing."},
      {program.file("cold.json", cold.dump()), ": deviceVer is no number from 500 to 9990."}};
  for (const auto& [file, why] : files) {
    const Called called = program.run({"list", "candidates", layer, "--device", file});
    EXPECT_EQ(called.exit, 2) << file;
    EXPECT_THAT(called.err, HasSubstr(why));
  }
}

TEST(AGpuThatIsNotHere, IsAFileWhereItsNameIsAPath) {
  const Program program;
  for (const std::string file : {"./h200", "./h200.json", "h200.json", "nowhere/NVIDIA H200"}) {
    const Called called = program.run({"list", "candidates", layer, "--device", file});
    EXPECT_EQ(called.exit, 2) << file;
    EXPECT_THAT(called.err,
                HasSubstr("There is no file '" + file + "' that could describe a GPU."));
  }
  Json smaller = Json::parse(content_of(H200_PROPERTIES));
  (smaller.contains("fingerprint") ? smaller["fingerprint"] : smaller)["deviceName"] = "Smaller";
  for (const char* const name : {"h200.json", "cpu.json", "cuda.json"}) {
    const std::string file = program.file(name, smaller.dump());
    const Json devices =
        program.run({"list", "devices", "--device", file, "--json"}).document()["devices"];
    ASSERT_EQ(devices.size(), 3U) << name;
    EXPECT_EQ(devices[1]["device"], "h200");
    EXPECT_EQ(devices[2]["device"], file) << "not taken for the one of that name";
    EXPECT_EQ(devices[2]["name"], "Smaller");
  }
  EXPECT_EQ(program.run({"select", layer, "--policy", ""}).exit, 2);
}

}  // namespace
}  // namespace convtune
