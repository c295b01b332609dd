#include <gmock/gmock.h>

#include <convtune/doctor.hpp>

#include "doctor_advice.hpp"

namespace convtune {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A machine with which nothing is wrong.
Diagnosis healthy() {
  Diagnosis diagnosis;
  diagnosis.device.threads = 2;
  diagnosis.available_cores = 2;
  diagnosis.wait_policy = "passive";
  diagnosis.build = "optimised";
  diagnosis.backends = {{.name = "onednn",
                         .unavailable = {},
                         .libraries = {{"oneDNN", "2.6.3", "2.6.3", "/lib/x"}},
                         .identity = {}}};
  diagnosis.noise = {.samples = 100, .median_seconds = 1e-3, .robust_sd = 0.01};
  diagnosis.race_rounds = 30;
  diagnosis.database = {.path = "/db", .exists = true, .fault = {}};
  return diagnosis;
}

TEST(Advice, IsEmptyWhereNothingIsWrong) {
  EXPECT_THAT(advice(healthy()), IsEmpty());
}

TEST(Advice, SaysWhatToInstall) {
  Diagnosis diagnosis = healthy();
  diagnosis.backends.push_back(
      {.name = "blas", .unavailable = "OpenBLAS was not found.", .libraries = {}, .identity = {}});
  EXPECT_THAT(advice(diagnosis), ElementsAre("OpenBLAS was not found."));
}

TEST(Advice, NamesBothVersionsOfALibrary) {
  Diagnosis diagnosis = healthy();
  diagnosis.backends[0].libraries[0].runtime = "2.7.1";
  EXPECT_THAT(advice(diagnosis), ElementsAre(AllOf(HasSubstr("2.6.3"), HasSubstr("2.7.1"),
                                                   HasSubstr("/lib/x"), HasSubstr("rebuild"))));
}

TEST(Advice, WarnsOfBuildsThatMustNotBeTimed) {
  for (const char* build : {"debug", "sanitizer"}) {
    Diagnosis diagnosis = healthy();
    diagnosis.build = build;
    EXPECT_THAT(advice(diagnosis), ElementsAre(HasSubstr(build)));
  }
}

TEST(Advice, WarnsOfSpinningAndOfTooManyThreads) {
  Diagnosis diagnosis = healthy();
  diagnosis.wait_policy.clear();
  diagnosis.device.threads = 3;
  EXPECT_THAT(advice(diagnosis), ElementsAre(HasSubstr("OMP_WAIT_POLICY is not set"),
                                             HasSubstr("3 threads share 2 cores")));
}

TEST(Advice, WarnsOfADemandForASlowerCoreType) {
  Diagnosis diagnosis = healthy();
  diagnosis.core_types.fastest = "Cooperlake";
  diagnosis.core_types.demanded = "Cooperlake";
  EXPECT_THAT(advice(diagnosis), IsEmpty());
  diagnosis.core_types.demanded = "Haswell";
  EXPECT_THAT(
      advice(diagnosis),
      ElementsAre("OPENBLAS_CORETYPE is set to Haswell, but Cooperlake is faster here: unset it."));
}

TEST(Advice, LeavesADemandAloneThatCostsNothing) {
  Diagnosis diagnosis = healthy();
  CoreTypes& types = diagnosis.core_types;
  types = {.timed = {{"Haswell", 102}, {"Cooperlake", 100}},
           .chosen = "Cooperlake",
           .demanded = "Haswell",
           .running = "Haswell",
           .fastest = "Cooperlake",
           .problem = {}};
  EXPECT_THAT(advice(diagnosis), IsEmpty()) << "it is as fast";
  types.timed = {{"Cooperlake", 100}, {"Haswell", 96}};
  EXPECT_THAT(advice(diagnosis), IsEmpty()) << "within 5 %";
  types.timed = {{"Cooperlake", 100}, {"Haswell", 95}};
  EXPECT_THAT(advice(diagnosis), ElementsAre(HasSubstr("unset it")));
  types.demanded = "SapphireRapids";
  types.running = "Cooperlake";
  EXPECT_THAT(advice(diagnosis), IsEmpty()) << "the library took it for the fastest";
}

TEST(Advice, PassesOnWhatTheDatabaseSays) {
  Diagnosis diagnosis = healthy();
  diagnosis.database.fault = "/db was written by a newer convtune.";
  EXPECT_THAT(advice(diagnosis), ElementsAre("/db was written by a newer convtune."));
}

TEST(Findings, SayWhatTheNoiseMeansForTheRounds) {
  Diagnosis diagnosis = healthy();
  EXPECT_THAT(
      findings(diagnosis),
      ElementsAre("One time varies by 1.0 % around the usual one (0.0 % with its outliers): "
                  "telling candidates apart that differ by 2.0 % takes 6 rounds; a race may "
                  "take 30."));
  diagnosis.noise.robust_sd = 0.05;
  EXPECT_THAT(findings(diagnosis),
              Contains(AllOf(HasSubstr("takes 126 rounds, but a race takes at most 30"),
                             HasSubstr("tells 4.1 % apart"))));
}

TEST(Findings, MentionASlowStartAndADriftOnlyWhereThereIsOne) {
  Diagnosis diagnosis = healthy();
  diagnosis.noise.first_call = 14;
  diagnosis.noise.drift = -0.1;
  EXPECT_THAT(findings(diagnosis), Contains(HasSubstr("14.0 times as long")));
  EXPECT_THAT(findings(diagnosis), Contains(HasSubstr("changed by 10.0 %")));
}

TEST(Findings, SayThatThreadsShareACoreWhereTheyDo) {
  Diagnosis diagnosis = healthy();
  diagnosis.topology = {.packages = 1, .numa_nodes = 1, .cores = 2, .hardware_threads = 2};
  const std::size_t usual = findings(diagnosis).size();
  diagnosis.topology = {.packages = 1, .numa_nodes = 2, .cores = 1, .hardware_threads = 2};
  EXPECT_EQ(findings(diagnosis).size(), usual + 2);
  EXPECT_THAT(findings(diagnosis), AllOf(Contains(HasSubstr("2 hardware threads are 1 core:")),
                                         Contains(HasSubstr("2 NUMA nodes"))));
}

TEST(Topology, IsOfWhatThisProcessMayRunOn) {
  const Topology topology = probe_topology();
  EXPECT_GE(topology.packages, 1);
  EXPECT_GE(topology.cores, topology.packages);
  EXPECT_GE(topology.hardware_threads, topology.cores);
}

TEST(Findings, TellHowTheCoreTypeWasChosen) {
  Diagnosis diagnosis = healthy();
  diagnosis.core_types = {
      .timed = {}, .chosen = "Haswell", .demanded = {}, .fastest = "SkylakeX", .problem = {}};
  EXPECT_THAT(findings(diagnosis), Contains(HasSubstr("takes Haswell by itself, but SkylakeX")));
  diagnosis.core_types.remembered = true;
  EXPECT_THAT(
      findings(diagnosis),
      Contains("The fastest OpenBLAS was found to be SkylakeX earlier (by itself it would take "
               "Haswell)."));
}

}  // namespace
}  // namespace convtune
