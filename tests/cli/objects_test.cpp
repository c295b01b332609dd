// Every JSON object has the members of the contract, in their order.
#include <gtest/gtest.h>
#include <inputs/content.hpp>

#include "program.hpp"

namespace convtune {
namespace {

using Json = nlohmann::ordered_json;
using Members = std::vector<std::pair<std::string, std::string>>;

const Members choice_members = {
    {"schema", "string"},       {"problem", "string"},         {"device", "string"},
    {"candidate", "string?"},   {"implementation", "string?"}, {"layouts", "object"},
    {"seconds", "number?"},     {"interval", "array?"},        {"workspace_bytes", "number"},
    {"deterministic", "bool"},  {"precision", "string"},       {"provenance", "string"},
    {"rigour", "string"},       {"confidence", "string"},      {"ties", "array"},
    {"measured_at", "string?"}, {"environment", "string?"},    {"threads", "number"},
    {"reason", "string"}};
const Members layout_members = {
    {"source", "string?"}, {"filter", "string?"}, {"destination", "string?"}};
const Members tuned_members = {{"schema", "string"},       {"problem", "string"},
                               {"names", "array"},         {"repeats", "number"},
                               {"choice", "object"},       {"baseline", "object?"},
                               {"speedup", "number?"},     {"counts", "object"},
                               {"cost_seconds", "number"}, {"from_store", "bool"}};
const Members count_members = {
    {"measured", "number"}, {"refused", "number"}, {"wrong", "number"},     {"failed", "number"},
    {"too_slow", "number"}, {"crashed", "number"}, {"timed_out", "number"}, {"noisy", "number"}};
const Members summary_members = {
    {"schema", "string"},           {"problems", "number"},         {"tuned", "number"},
    {"from_store", "number"},       {"skipped", "number"},          {"rejected", "number"},
    {"speedup_geomean", "number?"}, {"network_speedup", "number?"}, {"cost_seconds", "number"}};

void expect_choice(const Json& choice) {
  EXPECT_EQ(choice["schema"], "convtune.choice/1");
  expect_members(choice, choice_members);
  expect_members(choice["layouts"], layout_members);
}

/// A program whose database knows one problem.
class Objects : public testing::Test {
 protected:
  void SetUp() override {
    tuned_ = program_.run({"tune", tiny_problem(), "--json"});
    ASSERT_EQ(tuned_.exit, 0) << tuned_.err;
  }
  Json answer(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--json", "--quiet"});
    const Called called = program_.run(arguments);
    EXPECT_EQ(called.exit, 0) << called.err;
    EXPECT_EQ(called.err, "");
    return called.document();
  }

  Program program_;
  Called tuned_;
};

TEST_F(Objects, OfTune) {
  const std::vector<Json> lines = tuned_.lines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0]["schema"], "convtune.tuned/1");
  expect_members(lines[0], tuned_members);
  expect_choice(lines[0]["choice"]);
  expect_members(lines[0]["counts"], count_members);
  if (!lines[0]["baseline"].is_null())
    expect_members(lines[0]["baseline"], {{"candidate", "string"}, {"seconds", "number"}});
  EXPECT_EQ(lines[0]["problem"], tiny_problem());
  EXPECT_EQ(lines[0]["from_store"], false);
  EXPECT_GT(lines[0]["counts"]["measured"], 0);
  EXPECT_EQ(lines[0]["counts"]["wrong"], 0);
  EXPECT_EQ(lines[1]["schema"], "convtune.tune_summary/1");
  expect_members(lines[1], summary_members);
  EXPECT_EQ(lines[1]["tuned"], 1);
}

TEST_F(Objects, OfSelectAreWhatTuneSaid) {
  const Json choice = answer({"select", tiny_problem()});
  expect_choice(choice);
  EXPECT_EQ(choice["provenance"], "exact");
  EXPECT_EQ(choice["candidate"], tuned_.lines()[0]["choice"]["candidate"]);
  EXPECT_GT(choice["seconds"], 0);
  EXPECT_LE(choice["interval"][0], choice["seconds"]);
  EXPECT_GE(choice["interval"][1], choice["seconds"]);
}

TEST_F(Objects, OfSelectWithoutAMeasurement) {
  const Json choice = answer({"select", tiny_problem(5)});
  expect_choice(choice);
  EXPECT_TRUE(choice["seconds"].is_null());
  EXPECT_TRUE(choice["measured_at"].is_null());
  EXPECT_NE(choice["reason"], "");
}

TEST_F(Objects, OfExplain) {
  const Json explanation = answer({"explain", tiny_problem(), "--workspace-limit", "0"});
  EXPECT_EQ(explanation["schema"], "convtune.explanation/1");
  expect_members(explanation, {{"schema", "string"},
                               {"problem", "string"},
                               {"choice", "object"},
                               {"candidates", "array"},
                               {"notes", "array"},
                               {"tie_break", "string?"},
                               {"alternatives", "array"},
                               {"runs", "array"}});
  ASSERT_EQ(explanation["runs"].size(), 1u);
  EXPECT_GE(explanation["runs"][0]["rounds"], 1);
  for (const Json& other : explanation["alternatives"])
    expect_members(other, {{"constraint", "string"},
                           {"candidate", "string?"},
                           {"seconds", "number?"},
                           {"ratio", "number?"},
                           {"confidence", "string"}});
  expect_choice(explanation["choice"]);
  EXPECT_EQ(explanation["choice"]["workspace_bytes"], 0);
  ASSERT_FALSE(explanation["candidates"].empty());
  bool found = false;
  for (const Json& row : explanation["candidates"]) {
    expect_members(row, {{"candidate", "string"},
                         {"outcome", "string"},
                         {"reason", "string?"},
                         {"samples", "number"},
                         {"median", "number?"},
                         {"interval", "array?"},
                         {"ratio", "number?"},
                         {"workspace_bytes", "number"},
                         {"deterministic", "object"},
                         {"precision", "string"},
                         {"environment", "string?"},
                         {"removed_by", "string?"},
                         {"seconds", "number?"},
                         {"tied", "bool"},
                         {"dropped", "object?"}});
    found = found || row["candidate"] == explanation["choice"]["candidate"];
    if (row["workspace_bytes"] > 0) {
      EXPECT_NE(row["removed_by"], nullptr) << row;
    }
  }
  EXPECT_TRUE(found);
}

TEST_F(Objects, OfReplay) {
  ASSERT_EQ(
      program_.run({"tune", tiny_problem(2), "--rigour", "exhaustive", "--candidates", "cpu*"})
          .exit,
      0);
  const Json replay = answer({"replay", tiny_problem(2), "--rule", "one_run"});
  EXPECT_EQ(replay["schema"], "convtune.replay/1");
  expect_members(replay, {{"schema", "string"},
                          {"recorded", "string?"},
                          {"problems", "number"},
                          {"default_rule", "string"},
                          {"rules", "array"}});
  EXPECT_EQ(replay["problems"], 1);
  ASSERT_EQ(replay["rules"].size(), 2u);
  for (const Json& rule : replay["rules"])
    expect_members(rule, {{"rule", "string"},
                          {"regret_mean", "number"},
                          {"excess_mean", "number"},
                          {"excess_interval", "array"},
                          {"regret_p95", "number"},
                          {"over_5_percent", "number"},
                          {"cost_calls", "number"},
                          {"cost_seconds", "number"},
                          {"clear_share", "number"},
                          {"clear_wrong", "number"},
                          {"ties_mean", "number"}});
  EXPECT_EQ(replay["rules"][1]["rule"], "all_samples");
  EXPECT_EQ(replay["rules"][1]["excess_mean"], 0);
  EXPECT_EQ(program_.run({"replay", tiny_problem(7)}).exit, 1) << "nothing is known of it";
}

TEST_F(Objects, OfReplayOfAFile) {
  const std::string file = program_.file("recorded.tsv",
                                         "net\tic3\tf32\t0\tjit\t1\t0\t0\t1\t2\t0\t9,9,9,9,9,9\n"
                                         "net\tic3\tf32\t1\tref\t1\t0\t0\t1\t2\t0\t6,6,6,6,6,6\n");
  const Json replay = answer({"replay", "--recorded", file});
  EXPECT_EQ(replay["recorded"], file);
  EXPECT_EQ(replay["rules"].size(), 8u);
  EXPECT_EQ(replay["rules"][0]["rule"], "library");
  EXPECT_NEAR(replay["rules"][0]["regret_mean"].get<double>(), 0.5, 1e-9);
  const std::string partly = program_.file("partly.tsv", content_of(file) + "net\tic3\n");
  const Called called = program_.run({"replay", "--recorded", partly, "--json"});
  EXPECT_EQ(called.exit, 2) << "a line was rejected";
  EXPECT_EQ(called.err, "convtune: " + partly + ":3:8: found the end, expected a tab and a type\n");
  EXPECT_EQ(called.document()["problems"], 1);
}

TEST_F(Objects, OfBench) {
  const Json bench = answer({"bench", tiny_problem(), "--rounds", "3"});
  EXPECT_EQ(bench["schema"], "convtune.bench/1");
  expect_members(bench, {{"schema", "string"},
                         {"problem", "string"},
                         {"environment", "object"},
                         {"protocol", "string"},
                         {"seed", "number"},
                         {"rounds", "number"},
                         {"measurements", "array"}});
  EXPECT_EQ(bench["rounds"], 3);
  for (const Json& measurement : bench["measurements"]) {
    expect_members(measurement, {{"candidate", "string"},
                                 {"outcome", "string"},
                                 {"reason", "string?"},
                                 {"samples", "array"},
                                 {"median", "number?"},
                                 {"interval", "array?"},
                                 {"first_call_seconds", "number"},
                                 {"create_seconds", "number"},
                                 {"reorder_seconds", "object"},
                                 {"workspace_bytes", "number"},
                                 {"layouts", "object"},
                                 {"deterministic", "object"},
                                 {"precision", "string"},
                                 {"error", "object"},
                                 {"baseline", "bool"}});
    expect_members(measurement["error"],
                   {{"exact", "bool?"}, {"scaled_max", "number"}, {"bound", "number"}});
    if (measurement["outcome"] == "measured") {
      EXPECT_EQ(measurement["samples"].size(), 3u);
    }
  }
}

TEST_F(Objects, OfVerify) {
  const Called called = program_.run({"verify", tiny_problem(), "--json", "--quiet"});
  ASSERT_EQ(called.exit, 0) << called.err;
  const std::vector<Json> lines = called.lines();
  ASSERT_GE(lines.size(), 2u);
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    EXPECT_EQ(lines[i]["schema"], "convtune.verification/1");
    expect_members(lines[i], {{"schema", "string"},
                              {"problem", "string"},
                              {"candidate", "string"},
                              {"outcome", "string"},
                              {"reason", "string?"},
                              {"exact", "bool?"},
                              {"scaled_max", "number"},
                              {"bound", "number"},
                              {"deterministic", "bool?"}});
    EXPECT_EQ(lines[i]["outcome"], "right") << lines[i];
  }
  EXPECT_EQ(lines.back()["schema"], "convtune.verify_summary/1");
  expect_members(lines.back(), {{"schema", "string"},
                                {"problems", "number"},
                                {"right", "number"},
                                {"wrong", "number"},
                                {"failed", "number"},
                                {"refused", "number"},
                                {"scaled_max", "number"}});
  EXPECT_EQ(lines.back()["right"], lines.size() - 1);
}

TEST_F(Objects, OfList) {
  const Json implementations = answer({"list", "implementations"});
  EXPECT_EQ(implementations["schema"], "convtune.list/1");
  ASSERT_FALSE(implementations["implementations"].empty());
  for (const Json& entry : implementations["implementations"])
    expect_members(entry, {{"name", "string"},
                           {"revision", "number"},
                           {"device", "string"},
                           {"family", "string?"},
                           {"tags", "array"},
                           {"available", "bool"},
                           {"reason", "string?"},
                           {"summary", "string"}});

  // Half precision is taken by few: somebody refuses.
  const Json candidates = answer({"list", "candidates", tiny_problem(), "--type", "f16"});
  expect_members(candidates, {{"schema", "string"},
                              {"problem", "string"},
                              {"device", "string"},
                              {"candidates", "array"},
                              {"refusals", "array"}});
  ASSERT_FALSE(candidates["refusals"].empty());
  for (const Json& refusal : candidates["refusals"]) {
    expect_members(refusal,
                   {{"implementation", "string"}, {"candidate", "string?"}, {"reason", "string"}});
    EXPECT_NE(refusal["reason"], "");
  }
  const Json accepted = answer({"list", "candidates", tiny_problem()});
  for (const Json& candidate : accepted["candidates"])
    for (const char* name : {"candidate", "implementation", "workspace_bytes", "deterministic",
                             "precision", "layouts", "notes"})
      EXPECT_TRUE(candidate.contains(name)) << name;

  const Json sets = answer({"list", "sets"})["sets"];
  const auto named = [](const Json& set) { return set["name"] == "resnet50"; };
  EXPECT_TRUE(std::any_of(sets.begin(), sets.end(), named));
  EXPECT_EQ(answer({"list", "problems"})["problems"][0]["problem"], tiny_problem());
  const Json merged = answer({"list", "problems", tiny_problem(), tiny_problem()})["problems"];
  ASSERT_EQ(merged.size(), 1u);
  expect_members(merged[0], {{"problem", "string"}, {"repeats", "number"}, {"names", "array"}});
  EXPECT_EQ(merged[0]["repeats"], 2);
  EXPECT_EQ(answer({"list", "devices"})["devices"][0]["device"], "cpu");
}

TEST_F(Objects, OfDb) {
  const Members members = {
      {"schema", "string"},       {"path", "string"},       {"schema_version", "number"},
      {"bytes", "number"},        {"devices", "array"},     {"environments", "array"},
      {"problems", "number"},     {"candidates", "number"}, {"runs", "number"},
      {"measurements", "number"}, {"samples", "number"},    {"denied", "number"}};
  const Json info = answer({"db", "info"});
  EXPECT_EQ(info["schema"], "convtune.db/1");
  expect_members(info, members);
  EXPECT_EQ(info["path"], program_.database().string());
  EXPECT_EQ(info["problems"], 1);
  EXPECT_GT(info["samples"], 0);
  const Json check = answer({"db", "check"});
  expect_members(check, members);
  EXPECT_EQ(check["ok"], true);
}

TEST_F(Objects, OfDoctor) {
  const Called called = program_.run({"doctor", "--json"});
  EXPECT_EQ(called.exit, 0) << called.err;
  EXPECT_EQ(called.document()["schema"], "convtune.doctor/1");
  const Json models = called.document()["models"];
  EXPECT_EQ(models["available"], !onnx_library_version().empty());
  EXPECT_EQ(models["reason"].is_null(), models["available"]);
}

// Candidates for other core types than the one that was demanded are none of its business.
TEST(Doctor, TimesProductsWithEveryCoreType) {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
    GTEST_SKIP() << "this processor cannot run the kernels of Haswell";
  Program program;
  program.set("OPENBLAS_CORETYPE=Haswell");
  const Called called = program.run({"doctor", "--answer-gemm"}, "32\n");
  EXPECT_EQ(called.exit, 0) << called.err;
  EXPECT_TRUE(called.out.starts_with("0.")) << called.out;
  EXPECT_TRUE(called.out.ends_with(" Haswell\n")) << called.out;

  const Json types = program.run({"doctor", "--json"}).document()["blas_core_types"];
  EXPECT_EQ(types["demanded"], "Haswell");
  EXPECT_EQ(types["running"], "Haswell");
  if (types["fastest"] == "Haswell") return;  // remembered, it is a demand no longer
  const Json again = program.run({"doctor", "--json"}).document()["blas_core_types"];
  EXPECT_EQ(again["remembered"], false) << "what is demanded is compared anew";
  EXPECT_FALSE(again["timed"].empty());
}

}  // namespace
}  // namespace convtune
