// What libraries that are slow to ask offered is asked once for each environment.
#include <gmock/gmock.h>

#include "described_gpus.hpp"
#include "folder.hpp"
#include "offers.hpp"
#include "world.hpp"

namespace convtune {
namespace {

using testing::SizeIs;

const ConvProblem problem = parse_problem("fwd.f32.nchw_n1c8i6x6k8f3x3s1x1p1x1d1x1g1");
const ConvProblem other = parse_problem("fwd.f32.nchw_n1c8i7x6k8f3x3s1x1p1x1d1x1g1");

struct SlowWorld : World {
  SlowWorld() {
    lib.slow = true;
    Candidate& fast = lib.candidates.back();
    fast.unranked = true;
    fast.notes = "it \"says\"\n so";
    fast.layouts = {"nhwc", "krsc", "nhwc"};
    fast.precision = Precision::tf32;
    fast.error_factor = 12.5;
    fast.worker_environment = {"NAME=VALUE"};
    lib.refusals = {{.reason = "is of another kind", .configuration = "odd"}};
  }
};

std::vector<std::string> texts(const Offers& offers) {
  std::vector<std::string> all;
  for (const Contender& each : offers.contenders) all.push_back(text(each.candidate));
  return all;
}

TEST(Enumerations, AreAskedOnce) {
  SlowWorld world;
  const Rooms rooms = world.rooms();
  const Offers first = offers_for(problem, rooms), second = offers_for(problem, rooms);
  EXPECT_EQ(world.lib.asked, 1);
  EXPECT_EQ(world.own.asked, 2);  // is quick
  EXPECT_EQ(texts(first), texts(second));
  ASSERT_THAT(second.refusals, SizeIs(1));
  EXPECT_EQ(second.refusals[0].reason, "is of another kind");
  EXPECT_EQ(second.refusals[0].configuration, "odd");
  offers_for(other, rooms);
  EXPECT_EQ(world.lib.asked, 2);
}

TEST(Enumerations, ComeBackWhole) {
  SlowWorld world;
  const Rooms rooms = world.rooms();
  const Candidate first = offers_for(problem, rooms).contenders.at(1).candidate;
  const Candidate second = offers_for(problem, rooms).contenders.at(1).candidate;
  EXPECT_EQ(world.lib.asked, 1);
  EXPECT_EQ(text(second), text(first));
  EXPECT_EQ(second.revision, first.revision);
  EXPECT_EQ(second.tags, first.tags);
  EXPECT_EQ(second.workspace_bytes, 64U);
  EXPECT_EQ(second.deterministic, first.deterministic);
  EXPECT_EQ(second.precision, Precision::tf32);
  EXPECT_EQ(second.layouts, first.layouts);
  EXPECT_EQ(second.slowdown, first.slowdown);
  EXPECT_EQ(second.error_factor, 12.5);
  EXPECT_EQ(second.inexact, first.inexact);
  EXPECT_TRUE(second.unranked);
  EXPECT_EQ(second.baseline, first.baseline);
  EXPECT_EQ(second.notes, first.notes);
  EXPECT_EQ(second.worker_environment, first.worker_environment);
}

TEST(Enumerations, DoNotAnswerForALibraryThatIsMissing) {
  SlowWorld world;
  offers_for(problem, world.rooms());
  world.lib_backend.missing = "it is not installed";
  const Offers offers = offers_for(problem, world.rooms());
  EXPECT_EQ(world.lib.asked, 2);
  ASSERT_THAT(offers.unasked, SizeIs(1));
  EXPECT_EQ(offers.unasked[0].reason, "it is not installed");
  world.lib_backend.missing.clear();
  offers_for(problem, world.rooms());
  EXPECT_EQ(world.lib.asked, 2);
}

TEST(Enumerations, DoNotAnswerForALibraryOfMixedVersions) {
  SlowWorld world;
  offers_for(problem, world.rooms());
  world.lib_backend.library.header = "2.0";
  EXPECT_THAT(offers_for(problem, world.rooms()).unasked, SizeIs(1));
}

TEST(Enumerations, AnswerWithoutOpeningALibraryWhoseFileIsTheSame) {
  const Folder folder;
  folder.write("lib.so", "one");
  SlowWorld world;
  world.lib_backend.library.path = folder.path() / "lib.so";
  offers_for(problem, world.rooms());
  const int opened = world.lib_backend.opened;
  EXPECT_THAT(offers_for(problem, world.rooms()).unasked, SizeIs(0));
  EXPECT_EQ(world.lib_backend.opened, opened);
  folder.write("lib.so", "another");
  world.lib_backend.library.runtime = "1.0.1";
  offers_for(problem, world.rooms());
  EXPECT_GT(world.lib_backend.opened, opened);
  EXPECT_EQ(world.lib.asked, 2);
}

TEST(Enumerations, AFileThatWasReplacedByAnEqualOneIsOpenedOnce) {
  const Folder folder;
  folder.write("lib.so", "one");
  SlowWorld world;
  world.lib_backend.library.path = folder.path() / "lib.so";
  offers_for(problem, world.rooms());
  folder.write("lib.so", "one rebuilt");
  offers_for(problem, world.rooms());
  const int opened = world.lib_backend.opened;
  offers_for(problem, world.rooms());
  EXPECT_EQ(world.lib_backend.opened, opened);
  EXPECT_EQ(world.lib.asked, 1);
}

TEST(Enumerations, AnotherDescriptionOfAClassIsAskedAgain) {
  SlowWorld world;
  world.device = described_gpu("h200");
  world.lib.kind = DeviceKind::cuda;
  offers_for(problem, world.rooms());
  const std::string grid = "\"maxGridSize\":[";
  const std::size_t at = world.device.properties.find(grid);
  ASSERT_NE(at, std::string::npos) << world.device.properties;
  world.device.properties.insert(at + grid.size(), "1");
  offers_for(problem, world.rooms());
  EXPECT_EQ(world.lib.asked, 2);
}

TEST(Enumerations, WhoeverListsIsToldThatNothingWasKept) {
  SlowWorld world;
  const Rooms rooms = world.rooms();
  Enumerations past(rooms, NamedStore::may_be_made);
  world.open_error = "The disk is gone.";
  offers_for(problem, rooms, past);
  offers_for(other, rooms, past);
  EXPECT_THAT(past.warnings(),
              testing::ElementsAre("What was listed could not be kept: The disk is gone."));
  EXPECT_THAT(past.warnings(), SizeIs(0));
}

TEST(Enumerations, ANewRevisionIsAskedAgain) {
  SlowWorld world;
  offers_for(problem, world.rooms());
  world.lib.revision_now = 2;
  EXPECT_EQ(offers_for(problem, world.rooms()).contenders.at(0).candidate.revision, 2);
  EXPECT_EQ(world.lib.asked, 2);
}

TEST(Enumerations, AnotherDeviceIsAskedAgain) {
  SlowWorld world;
  offers_for(problem, world.rooms());
  world.device.threads = 1;
  offers_for(problem, world.rooms());
  EXPECT_EQ(world.lib.asked, 2);
}

TEST(Enumerations, ADescriptionIsAnotherThanTheDeviceItself) {
  SlowWorld world;
  offers_for(problem, world.rooms());
  world.device.present = false;
  offers_for(problem, world.rooms());
  EXPECT_EQ(world.lib.asked, 2);
}

TEST(Enumerations, DependOnTheDriverOfAGpuAndOnWhereLibrariesAreLookedFor) {
  SlowWorld world;
  const auto asked = [&] {
    offers_for(problem, world.rooms());
    return world.lib.asked;
  };
  world.device.kind = world.lib.kind = DeviceKind::cuda;
  world.device.properties = described_gpu("h200").properties;
  EXPECT_EQ(asked(), 1);
  EXPECT_EQ(asked(), 1);
  world.driver = {.path = "/lib/libcuda.so.1", .size = 7, .modified_ns = 1};
  EXPECT_EQ(asked(), 2);
  world.driver.modified_ns = 2;
  EXPECT_EQ(asked(), 3);
  EXPECT_EQ(asked(), 3);
  {
    const Variable elsewhere("LD_LIBRARY_PATH", "/elsewhere");
    EXPECT_EQ(asked(), 4);
  }
  world.driver = {};
  EXPECT_EQ(asked(), 4);
}

TEST(Enumerations, NeighboursAreKeptByTheirNumber) {
  SlowWorld world;
  world.lib.near = {candidate_of("near"), candidate_of("far")};
  world.own.near = {candidate_of("beside")};
  const auto two = texts(offers_for(problem, world.rooms(), 2));
  EXPECT_EQ(texts(offers_for(problem, world.rooms(), 2)), two);
  EXPECT_EQ(world.lib.asked_for_neighbours, 1);
  EXPECT_EQ(world.own.asked_for_neighbours, 2);  // is quick
  const auto one = texts(offers_for(problem, world.rooms(), 1));
  EXPECT_EQ(world.lib.asked_for_neighbours, 2);
  EXPECT_EQ(one.size() + 1, two.size());
  offers_for(problem, world.rooms());
  EXPECT_EQ(world.lib.asked_for_neighbours, 2);
  EXPECT_EQ(world.lib.asked, 1);
}

TEST(Enumerations, CandidatesAreOfTheirImplementationsRevision) {
  SlowWorld world;
  world.own.revision_now = 3;
  world.own.near = {candidate_of("beside")};
  for (const Contender& each : offers_for(problem, world.rooms(), 1).contenders)
    EXPECT_EQ(each.candidate.revision, each.implementation->revision()) << text(each.candidate);
}

TEST(Enumerations, NothingIsKeptOfALibraryThatIsMissing) {
  SlowWorld world;
  world.lib_backend.missing = "it is not installed";
  offers_for(problem, world.rooms());
  offers_for(problem, world.rooms());
  EXPECT_EQ(world.lib.asked, 2);
}

TEST(Enumerations, MakeNoDatabaseOfANameThatMayBeWrong) {
  SlowWorld world;
  world.missing_file = true;
  Rooms rooms = world.rooms();
  rooms.named_store = true;
  int made = 0;
  rooms.open = [&, open = rooms.open](OpenMode mode) {
    made += mode == OpenMode::write;
    return open(mode);
  };
  offers_for(problem, rooms);
  EXPECT_EQ(made, 0);
  rooms.named_store = false;
  offers_for(problem, rooms);
  EXPECT_EQ(made, 1);
}

TEST(Enumerations, ADatabaseThatFailsCostsTheTimeAlone) {
  SlowWorld world;
  world.open_error = "The disk is gone.";
  EXPECT_THAT(offers_for(problem, world.rooms()).contenders, SizeIs(4));
  EXPECT_THAT(offers_for(problem, world.rooms()).contenders, SizeIs(4));
  EXPECT_EQ(world.lib.asked, 2);
}

}  // namespace
}  // namespace convtune
