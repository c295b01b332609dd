#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <report/doctor.hpp>

namespace convtune {
namespace {

using testing::HasSubstr;

Diagnosis example() {
  Diagnosis diagnosis;
  diagnosis.machine = {.name = "A CPU",
                       .machine_class = "class",
                       .serial = "1",
                       .fingerprint = R"({"model": "A CPU"})"};
  diagnosis.device = {.name = "A CPU", .threads = 2, .isa = Isa::avx512};
  diagnosis.available_cores = 2;
  diagnosis.wait_policy = "passive";
  diagnosis.build = "optimised";
  diagnosis.backends = {
      {.name = "blas",
       .unavailable = {},
       .libraries = {{"OpenBLAS", "", "0.3.21", "/lib/b"}},
       .identity = {{"core", "Zen"}}},
      {.name = "onednn", .unavailable = "oneDNN was not found.", .libraries = {}, .identity = {}}};
  diagnosis.models = {.name = "onnx",
                      .unavailable = {},
                      .libraries = {{"libonnx", "1.12.0", "1.12.0", ""}},
                      .identity = {}};
  diagnosis.core_types = {.timed = {{"Zen", 100}, {"Haswell", 50}},
                          .chosen = "Haswell",
                          .demanded = {},
                          .fastest = "Zen",
                          .problem = {}};
  diagnosis.noise = {.samples = 9, .median_seconds = 1e-3, .relative_sd = 0.1, .robust_sd = 0.01};
  diagnosis.race_rounds = 30;
  diagnosis.database = {.path = "/db",
                        .exists = true,
                        .fault = {},
                        .schema_version = 1,
                        .bytes = 2048,
                        .problems = 3,
                        .runs = 4};
  diagnosis.findings = {"It is quiet."};
  diagnosis.advice = {"Install oneDNN."};
  return diagnosis;
}

TEST(DoctorReport, IsOneObjectThatHoldsEverything) {
  const auto json = nlohmann::json::parse(convtune::json(example()));
  EXPECT_EQ(json["schema"], "convtune.doctor/1");
  EXPECT_EQ(json["device"]["isa"], "avx512");
  EXPECT_EQ(json["backends"][0]["libraries"][0]["runtime"], "0.3.21");
  EXPECT_TRUE(json["backends"][0]["libraries"][0]["header"].is_null());
  EXPECT_EQ(json["backends"][1]["available"], false);
  EXPECT_EQ(json["backends"][1]["reason"], "oneDNN was not found.");
  EXPECT_EQ(json["models"]["name"], "onnx");
  EXPECT_EQ(json["models"]["available"], true);
  EXPECT_EQ(json["models"]["libraries"][0]["runtime"], "1.12.0");
  EXPECT_EQ(json["blas_core_types"]["timed"][0]["gflops"], 100);
  EXPECT_EQ(json["blas_core_types"]["fastest"], "Zen");
  EXPECT_EQ(json["noise"]["rounds_to_tell_2_percent"], 6);
  EXPECT_EQ(json["database"]["bytes"], 2048);
  EXPECT_EQ(json["database"]["healthy"], true);
  EXPECT_EQ(json["findings"][0], "It is quiet.");
  EXPECT_EQ(json["advice"][0], "Install oneDNN.");
}

TEST(DoctorReport, DescribesTheMachineForOthers) {
  const Diagnosis diagnosis = example();
  const auto json = nlohmann::json::parse(convtune::json(diagnosis.device, diagnosis.machine));
  EXPECT_EQ(json["schema"], "convtune.device/1");
  EXPECT_EQ(json["name"], "A CPU");
  EXPECT_EQ(json["fingerprint"]["model"], "A CPU");
}

Diagnosis of_described_gpu() {
  Diagnosis diagnosis = example();
  diagnosis.asked = DeviceFacts{.device = {.kind = DeviceKind::cuda,
                                           .id = "h200",
                                           .name = "NVIDIA H200",
                                           .memory_bytes = std::size_t{141} << 30,
                                           .present = false},
                                .machine_class = "NVIDIA H200, sm_90"};
  return diagnosis;
}

TEST(DoctorReport, BeginsWithTheGpuThatWasAskedAbout) {
  EXPECT_THAT(rendered(of_described_gpu(), Paper{}),
              testing::StartsWith("  GPU              h200: NVIDIA H200, described, not here\n"
                                  "  GPU's class      NVIDIA H200, sm_90\n"
                                  "  GPU's memory     141 GiB\n"
                                  "  machine          A CPU\n"));
  const auto json = nlohmann::json::parse(convtune::json(of_described_gpu()));
  EXPECT_EQ(json["gpu"]["device"], "h200");
  EXPECT_EQ(json["gpu"]["present"], false);
  EXPECT_EQ(json["gpu"]["machine_class"], "NVIDIA H200, sm_90");
  EXPECT_EQ(json["device"]["name"], "A CPU");
  EXPECT_TRUE(nlohmann::json::parse(convtune::json(example()))["gpu"].is_null());
}

TEST(DoctorReport, AGpuHasNoThreadsAndNoInstructionSetOfOurs) {
  const auto json =
      nlohmann::json::parse(convtune::json(of_described_gpu().asked->device, Machine{}));
  EXPECT_EQ(json["threads"], 0);
  EXPECT_TRUE(json["isa"].is_null());
}

TEST(DoctorReport, ReadsWell) {
  EXPECT_EQ(rendered(example(), Paper{}),
            R"(  machine          A CPU
  class            class
  threads          2 of 2 cores
  caches           32 KiB L1, 1 MiB L2, 16 MiB L3
  memory           4 GiB
  wait policy      passive
  build            optimised
  backend blas     available, OpenBLAS 0.3.21, core Zen
  backend onednn   not available: oneDNN was not found.
  ONNX models      available, libonnx 1.12.0
  BLAS core types  Zen 100 GFLOP/s, Haswell 50 GFLOP/s (its own choice)
  noise            1.0 % robust, 10.0 % with outliers, first call 1.00x, drift +0.0 %
  database         /db, 2 KiB, 3 problems, 4 runs

What it means
- It is quiet.

What to do
- Install oneDNN.
)");
}

TEST(DoctorReport, SaysSoWhenThereIsNothingToDo) {
  Diagnosis diagnosis = example();
  diagnosis.advice.clear();
  EXPECT_THAT(rendered(diagnosis, Paper{}), HasSubstr("\nNothing to do.\n"));
}

}  // namespace
}  // namespace convtune
