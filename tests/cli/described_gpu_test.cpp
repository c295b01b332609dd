// What the program lists for a GPU that is described and not here.
#include "described_gpu.hpp"

#include <filesystem>
#include <map>
#include <set>

#include <gmock/gmock.h>

namespace convtune {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST_F(DescribedGpu, ListsItsEnginesAndWhatTheyRefuse) {
  const Called called = program_.run({"list", "candidates", layer, "--device", "h200", "--json"});
  ASSERT_EQ(called.exit, 0) << called.err;
  const Json listed = called.document();
  EXPECT_EQ(listed["device"], "h200");
  ASSERT_FALSE(listed["candidates"].empty());
  bool tensor_cores = false;
  std::set<std::string> implementations;
  for (const Json& each : listed["candidates"]) {
    implementations.insert(each["implementation"].get<std::string>());
    tensor_cores |= each["implementation"] == "cudnn.engine" && each["precision"] == "tf32" &&
                    each["notes"].get<std::string>().find("tensor cores") != std::string::npos;
  }
  EXPECT_EQ(implementations,
            (std::set<std::string>{"cublas.im2col_gemm", "cuda.reference", "cudnn.engine"}));
  EXPECT_TRUE(tensor_cores);
  ASSERT_FALSE(listed["refusals"].empty());
  for (const Json& each : listed["refusals"])
    if (each["implementation"] == "cudnn.engine") {
      EXPECT_THAT(each["reason"].get<std::string>(), StartsWith("NOT_SUPPORTED"));
    }
}

TEST_F(DescribedGpu, IsWhatADescriptionByDoctorSays) {
  const Called described = program_.run({"doctor", "--device", "h200", "--dump-description"});
  ASSERT_EQ(described.exit, 0) << described.err;
  const std::string file = program_.file("written.json", described.out);
  const Json listed =
      program_.run({"list", "candidates", layer, "--device", file, "--json"}).document();
  const Json there =
      program_.run({"list", "candidates", layer, "--device", "h200", "--json"}).document();
  EXPECT_EQ(listed["candidates"], there["candidates"]);
}

TEST_F(DescribedGpu, NeighboursAreMoreCandidates) {
  const auto count = [&](const char* neighbours) {
    return program_
        .run(
            {"list", "candidates", layer, "--device", "h200", "--json", "--neighbours", neighbours})
        .document()["candidates"]
        .size();
  };
  EXPECT_EQ(count("12"), count("0") + 12);
}

TEST_F(DescribedGpu, MayComeOutOfAFile) {
  const std::string h200 = program_.file("twin.json", content_of(H200_PROPERTIES));
  const std::vector<std::string> question = {"select",     layer,    "--policy",
                                             "guess_once", "--json", "--device"};
  std::vector<std::string> of_file = question, of_name = question;
  of_file.push_back(h200);
  of_name.emplace_back("NVIDIA h200");
  const Json twin = program_.run(of_file).document(), known = program_.run(of_name).document();
  EXPECT_EQ(twin["device"], "twin");
  EXPECT_EQ(twin["candidate"], known["candidate"]);
  EXPECT_EQ(twin["environment"], known["environment"]) << "one class, one environment";
}

TEST_F(DescribedGpu, RefusesLegacyAlgorithmsAndNamesTheEnginesThatAreTheSame) {
  const Json listed =
      program_.run({"list", "candidates", layer, "--device", "h200", "--json"}).document();
  std::map<std::string, std::string> reasons;
  for (const Json& each : listed["refusals"])
    if (each["implementation"] == "cudnn.algorithm")
      reasons[each["candidate"].get<std::string>()] = each["reason"].get<std::string>();
  EXPECT_EQ(reasons.size(), 8U);
  EXPECT_EQ(reasons["cudnn.algorithm/small"],
            "the legacy interface answers for a GPU that is here only; cudnn.engine/1 is the same "
            "algorithm, where it does not refuse");
  EXPECT_THAT(reasons["cudnn.algorithm/winograd"], HasSubstr("no engine is known to be the same"));
}

TEST_F(DescribedGpu, WarnsOfALibraryThatCouldNotBeAsked) {
  program_.set("CONVTUNE_CUDNN_LIBRARY=/nowhere/libcudnn.so.9");
  for (const char* const command : {"select", "explain"}) {
    const Called called = program_.run({command, layer, "--device", "h200"});
    EXPECT_EQ(called.exit, 0);
    EXPECT_THAT(called.out, StartsWith("cublas.im2col_gemm/"));
    EXPECT_THAT(called.err, HasSubstr("warning: cudnn.algorithm, cudnn.engine could not be asked: "
                                      "CONVTUNE_CUDNN_LIBRARY names what is no cuDNN ("));
  }
  const Called listed = program_.run({"list", "candidates", layer, "--device", "h200"});
  EXPECT_EQ(listed.exit, 0);
  EXPECT_THAT(listed.err, HasSubstr("cudnn.algorithm, cudnn.engine could not be asked: "));
  const Json devices = program_.run({"list", "devices", "--json"}).document();
  EXPECT_THAT(devices["missing"].dump(), HasSubstr("unset it or name libcudnn.so.9 in it."));

  const Called both =
      program_.run({"list", "candidates", layer, "--direction", "fwd,bwdw", "--device", "h200"});
  const std::string warning = "cudnn.algorithm, cudnn.engine could not be asked: ";
  EXPECT_THAT(both.err, HasSubstr(warning));
  EXPECT_EQ(both.err.find(warning), both.err.rfind(warning)) << "once";
  EXPECT_THAT(both.out, HasSubstr("refused, 4 not asked\n"));
}

TEST_F(DescribedGpu, OffersThatAreKeptAreCountedAndForgotten) {
  ASSERT_EQ(program_.run({"tune", tiny_problem(), "--rigour", "one_run", "-q"}).exit, 0);
  ASSERT_EQ(program_.run({"list", "candidates", layer, "--device", "h200"}).exit, 0);
  const Json info = program_.run({"db", "info", "--json"}).document();
  const int kept = info["kept_offers"];
  EXPECT_GT(kept, 0);
  EXPECT_GT(info["kept_offer_bytes"], 1000);
  EXPECT_THAT(program_.run({"db", "info"}).out,
              testing::ContainsRegex("\n  kept offers +" + std::to_string(kept) + ", [0-9.]+ KiB"));
  const Json dry = program_.run({"db", "prune", "--offers", "--dry-run", "--json"}).document();
  EXPECT_EQ(dry["offers"], kept);
  const Called pruned = program_.run({"db", "prune", "--offers"});
  EXPECT_EQ(pruned.exit, 0) << pruned.err;
  EXPECT_THAT(pruned.out, testing::ContainsRegex(std::to_string(kept) + " kept offers? forgotten"));
  const Json after = program_.run({"db", "info", "--json"}).document();
  EXPECT_EQ(after["kept_offers"], 0);
  EXPECT_EQ(after["runs"], info["runs"]);
}

TEST_F(DescribedGpu, MakesNoDatabaseOfANameThatMayBeWrong) {
  const std::string wrong = (program_.folder() / "wrong.db").string();
  const auto run = [&](const char* command) {
    const Called called = program_.run({command, layer, "--device", "h200", "--db", wrong});
    EXPECT_EQ(called.exit, 0) << called.err;
    return called.err;
  };
  for (const char* const command : {"select", "explain"}) {
    EXPECT_EQ(run(command), "convtune: warning: There is no database '" + wrong +
                                "': nothing is known; a lookup makes none.\n");
    EXPECT_FALSE(std::filesystem::exists(wrong)) << command;
  }
}

TEST_F(DescribedGpu, KeepsWhatItListedInTheDatabaseThatIsNamed) {
  const std::string named = (program_.folder() / "new.db").string();
  const std::vector<std::string> list = {"list", "candidates", layer, "--device",
                                         "h200", "--db",       named};
  const Called first = program_.run(list);
  EXPECT_EQ(first.err, "convtune: warning: There is no database '" + named +
                           "': nothing is known; it is made for what is slow to list.\n");
  EXPECT_EQ(program_.run({"db", "info", "--db", named, "--json"}).document()["kept_offers"], 3);
  const Called second = program_.run(list);
  EXPECT_EQ(second.err, "");
  EXPECT_EQ(second.out, first.out);
}

TEST_F(DescribedGpu, RefusesWhatItsMemoryDoesNotHold) {
  const std::string large = "fwd.f32.nchw_n100000c640i560x560k64f3x3s1x1p1x1d1x1g1";
  const Called called = program_.run({"select", large, "--device", "h200"});
  EXPECT_EQ(called.exit, 1);
  EXPECT_EQ(called.out, "");
  EXPECT_THAT(called.err, testing::ContainsRegex("the tensors take [0-9.]+ TiB, but NVIDIA H200 "
                                                 "has 141 GiB of memory"));
  const Json listed =
      program_.run({"list", "candidates", large, "--device", "h200", "--json"}).document();
  EXPECT_TRUE(listed["candidates"].empty());
  for (const Json& each : listed["refusals"])
    EXPECT_THAT(each["reason"].get<std::string>(), HasSubstr("has 141 GiB of memory"));
}

}  // namespace
}  // namespace convtune
