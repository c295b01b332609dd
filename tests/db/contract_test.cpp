// What every store promises, asked of each in turn.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <db/memory_store.hpp>
#include <db/sqlite_store.hpp>

#include "runs.hpp"
#include "temporary_folder.hpp"

namespace convtune {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Memory {
  std::unique_ptr<Store> store = make_memory_store();
  void reopen() {}
};

struct Sqlite {
  TemporaryFolder folder;
  std::unique_ptr<Store> store = open_sqlite_store(folder / "store.db", OpenMode::write);
  void reopen() {
    store.reset();
    store = open_sqlite_store(folder / "store.db", OpenMode::write);
  }
};

// Answers from the file while it was written by another object.
struct SqliteReader : Sqlite {
  void reopen() {
    store.reset();
    store = open_sqlite_store(folder / "store.db", OpenMode::read);
  }
};

template <class Subject>
class Contract : public testing::Test {
 protected:
  Store& store() { return *subject_.store; }
  Subject subject_;
};
using Subjects = testing::Types<Memory, Sqlite, SqliteReader>;
TYPED_TEST_SUITE(Contract, Subjects);

std::vector<std::string> described(const auto& values) {
  std::vector<std::string> texts;
  for (const auto& value : values) texts.push_back(describe(value));
  return texts;
}

TYPED_TEST(Contract, AnEmptyStoreHoldsNothing) {
  EXPECT_THAT(this->store().runs(problem_number(1)), IsEmpty());
  EXPECT_THAT(this->store().problems(), IsEmpty());
  EXPECT_THAT(this->store().environments(), IsEmpty());
  EXPECT_EQ(this->store().setting("blas"), std::nullopt);
  EXPECT_THAT(this->store().check().faults, IsEmpty());
  EXPECT_EQ(this->store().info().runs, 0);
}

TYPED_TEST(Contract, RunsComeBackAsTheyWere) {
  std::vector<convtune::Run> stored[3];
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const int problem = static_cast<int>(seed % 3);
    stored[problem].push_back(random_run(problem_number(problem), seed));
    this->store().add(stored[problem].back());
  }
  this->subject_.reopen();
  for (int problem = 0; problem < 3; ++problem) {
    std::ranges::stable_sort(stored[problem], {}, &convtune::Run::started_unix);
    EXPECT_EQ(described(this->store().runs(problem_number(problem))), described(stored[problem]));
  }
  EXPECT_THAT(this->store().problems(),
              ElementsAre(problem_number(0), problem_number(1), problem_number(2)));
  EXPECT_THAT(this->store().check().faults, IsEmpty());
  EXPECT_THAT(this->store().warnings(), IsEmpty());
}

TYPED_TEST(Contract, IdsAscendAndAreThoseOfTheRuns) {
  const auto first = this->store().add(plain_run(problem_number(1), {1}));
  const auto second = this->store().add(plain_run(problem_number(1), {2}));
  EXPECT_LT(first, second);
  this->subject_.reopen();
  const auto runs = this->store().runs(problem_number(1));
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].id, first);
  EXPECT_EQ(runs[1].id, second);
}

TYPED_TEST(Contract, TheSameRunTwiceIsTwoRuns) {
  const convtune::Run run = random_run(problem_number(1), 1);
  this->store().add(run);
  this->store().add(run);
  this->subject_.reopen();
  EXPECT_EQ(this->store().runs(problem_number(1)).size(), 2u);
}

TYPED_TEST(Contract, ErrorsThatAreNoNumbersAreKept) {
  convtune::Run run = plain_run(problem_number(1), {1});
  run.measurements[0].outcome = Outcome::wrong;
  run.measurements[0].error.scaled_max = NAN;
  this->store().add(run);
  this->subject_.reopen();
  EXPECT_TRUE(
      std::isnan(this->store().runs(problem_number(1)).at(0).measurements[0].error.scaled_max));
}

TYPED_TEST(Contract, EnvironmentsOfRunsAndRememberedOnesAreKeptOnce) {
  const convtune::Run run = random_run(problem_number(1), 7);
  Environment later = run.environments[1];
  later.files[0].modified_ns += 1;
  this->store().add(run);
  this->store().add(run);
  this->store().remember(run.environments[0]);
  this->store().remember(later);
  this->store().remember(later);
  this->subject_.reopen();
  EXPECT_THAT(
      described(this->store().environments()),
      ElementsAre(describe(run.environments[0]), describe(run.environments[1]), describe(later)));
  EXPECT_THAT(this->store().problems(), ElementsAre(problem_number(1)));
}

TYPED_TEST(Contract, SettingsAreReplaced) {
  this->store().set_setting("blas", "Haswell");
  this->store().set_setting("blas", "SkylakeX");
  this->store().set_setting("empty", "");
  this->subject_.reopen();
  EXPECT_EQ(this->store().setting("blas"), "SkylakeX");
  EXPECT_EQ(this->store().setting("empty"), "");
  EXPECT_EQ(this->store().setting("none"), std::nullopt);
}

TYPED_TEST(Contract, OffersAreReplaced) {
  const OfferKey key{.implementation = "lib.conv",
                     .revision = 2,
                     .environment = 0xfedcba9876543210U,
                     .problem = problem_number(1)};
  OfferKey other = key;
  other.environment = 1;
  EXPECT_FALSE(this->store().kept_offer(key));
  this->store().keep_offer(key, Refusal{"is of another kind", "odd"});
  Candidate candidate;
  candidate.implementation = "lib.conv";
  candidate.configuration = "62:TILE_SIZE=5,\"TILEK\"=0";
  candidate.workspace_bytes = std::size_t{5} << 40;
  candidate.tags = {"cudnn", "large"};
  candidate.slowdown = 1.25;
  this->store().keep_offer(key, std::vector{candidate});
  this->subject_.reopen();
  EXPECT_FALSE(this->store().kept_offer(other));
  const std::optional<Offer> kept = this->store().kept_offer(key);
  ASSERT_TRUE(kept);
  EXPECT_THAT(kept->refusals, IsEmpty());
  ASSERT_EQ(kept->candidates.size(), 1u);
  EXPECT_EQ(text(kept->candidates[0]), text(candidate));
  EXPECT_EQ(kept->candidates[0].workspace_bytes, candidate.workspace_bytes);
  EXPECT_EQ(kept->candidates[0].tags, candidate.tags);
  EXPECT_EQ(kept->candidates[0].slowdown, 1.25);
  EXPECT_THAT(this->store().check().faults, IsEmpty());
}

TYPED_TEST(Contract, OffersAreCounted) {
  OfferKey key{.implementation = "lib.conv", .problem = problem_number(1)};
  EXPECT_EQ(this->store().info().kept_offers, 0);
  EXPECT_EQ(this->store().info().kept_offer_bytes, 0U);
  this->store().keep_offer(key, Refusal{"is of another kind"});
  const std::uint64_t one = this->store().info().kept_offer_bytes;
  EXPECT_GT(one, 0U);
  key.environment = 1;
  this->store().keep_offer(key, Refusal{"is of another kind"});
  this->subject_.reopen();
  EXPECT_EQ(this->store().info().kept_offers, 2);
  EXPECT_EQ(this->store().info().kept_offer_bytes, 2 * one);
}

TYPED_TEST(Contract, OffersAreForgottenAllAtOnce) {
  const OfferKey key{.implementation = "lib.conv", .problem = problem_number(1)};
  this->store().keep_offer(key, Refusal{"is of another kind"});
  this->store().forget_offers();
  this->subject_.reopen();
  EXPECT_FALSE(this->store().kept_offer(key));
  EXPECT_EQ(this->store().info().kept_offers, 0);
}

TYPED_TEST(Contract, ARunThatMakesNoSenseIsRefusedWhole) {
  const auto refused = [&](auto&& spoil) {
    convtune::Run run = plain_run(problem_number(1), {1, 2});
    spoil(run);
    try {
      this->store().add(run);
      return false;
    } catch (const Error& error) {
      return error.code() == ErrorCode::bad_input;
    }
  };
  EXPECT_TRUE(refused([](convtune::Run& run) { run.measurements[1].samples[2].seconds = NAN; }));
  EXPECT_TRUE(refused([](convtune::Run& run) { run.measurements[1].samples[2].seconds = -1; }));
  EXPECT_TRUE(refused([](convtune::Run& run) { run.measurements[1].environment = 1; }));
  EXPECT_TRUE(refused([](convtune::Run& run) { run.measurements[1] = run.measurements[0]; }));
  EXPECT_THAT(this->store().problems(), IsEmpty());
  EXPECT_EQ(this->store().info().measurements, 0);
}

TYPED_TEST(Contract, RunsComeOldestFirstWhateverTheOrderInWhichTheyCame) {
  for (const int when : {30, 10, 20}) {
    convtune::Run run = plain_run(problem_number(1), {1});
    run.started_unix = when;
    this->store().add(run);
  }
  this->subject_.reopen();
  std::vector<std::int64_t> when;
  for (const convtune::Run& run : this->store().runs(problem_number(1)))
    when.push_back(run.started_unix);
  EXPECT_THAT(when, ElementsAre(10, 20, 30));
}

TYPED_TEST(Contract, WhatIsThereIsNotAddedAgain) {
  const convtune::Run run = random_run(problem_number(1), 3);
  EXPECT_TRUE(this->store().add_new(run));
  EXPECT_FALSE(this->store().add_new(run));
  EXPECT_TRUE(this->store().add_new(random_run(problem_number(1), 4)));
  EXPECT_FALSE(this->store().add_new(run));
  this->subject_.reopen();
  EXPECT_EQ(this->store().runs(problem_number(1)).size(), 2u);
}

TYPED_TEST(Contract, ARunOfOurOwnStaysBeforeAnImportedOne) {
  convtune::Run run = random_run(problem_number(1), 3);
  run.imported = true;
  EXPECT_TRUE(this->store().add_new(run));
  EXPECT_EQ(this->store().info().imported, 1);
  EXPECT_TRUE(this->store().runs(problem_number(1)).at(0).imported);
  EXPECT_THAT(this->store().environments(), IsEmpty()) << "nobody here has seen them";
  const std::uint64_t before = this->store().info().content;

  run.imported = false;
  EXPECT_TRUE(this->store().add_new(run));
  run.imported = true;
  EXPECT_FALSE(this->store().add_new(run));
  this->subject_.reopen();
  ASSERT_EQ(this->store().runs(problem_number(1)).size(), 1u);
  EXPECT_FALSE(this->store().runs(problem_number(1))[0].imported);
  EXPECT_EQ(this->store().environments().size(), 2u);
  EXPECT_EQ(this->store().info().imported, 0);
  EXPECT_EQ(this->store().info().content, before) << "it says the same as before";
  EXPECT_THAT(this->store().check().faults, IsEmpty());
}

TYPED_TEST(Contract, WhatIsRemovedTakesAlongWhatOnlyItRefersTo) {
  const convtune::Run first = random_run(problem_number(1), 1),
                      second = random_run(problem_number(1), 2),
                      third = random_run(problem_number(2), 3);
  const auto id = this->store().add(first);
  this->store().add(second);
  const auto other = this->store().add(third);
  this->store().remember({.backend = "cpu", .identity = {}, .recorded = {}, .files = {}});
  this->store().remove(std::vector<std::int64_t>{id, other, 777});
  this->store().compact();
  this->subject_.reopen();
  EXPECT_THAT(described(this->store().runs(problem_number(1))), ElementsAre(describe(second)));
  EXPECT_THAT(this->store().problems(), ElementsAre(problem_number(1)));
  EXPECT_EQ(this->store().environments().size(), 3u) << "two of the second run and the remembered";
  const StoreInfo info = this->store().info();
  EXPECT_EQ(info.runs, 1);
  EXPECT_EQ(info.machines.size(), 1u);
  EXPECT_EQ(info.measurements, static_cast<std::int64_t>(second.measurements.size()));
  EXPECT_THAT(this->store().check().faults, IsEmpty());
}

TYPED_TEST(Contract, ContentIsThatOfTheRunsWhateverTheirOrder) {
  const auto empty = make_memory_store();
  EXPECT_EQ(this->store().info().content, empty->info().content);
  for (const std::uint64_t seed : {1, 2, 3, 2})
    this->store().add(random_run(problem_number(1), seed));
  this->store().deny({.pattern = "cpu.*", .reason = "slow", .filed_unix = 5});
  const auto other = make_memory_store();
  other->deny({.pattern = "cpu.*", .reason = "slow", .filed_unix = 5});
  for (const std::uint64_t seed : {3, 1, 2}) other->add(random_run(problem_number(1), seed));
  EXPECT_EQ(this->store().info().content, other->info().content);
  other->add(random_run(problem_number(1), 4));
  EXPECT_NE(this->store().info().content, other->info().content);
}

std::string described_denial(const Denial& denial) {
  return fmt::format("{} in '{}' {:x}: {} ({}, {}{})", denial.pattern, denial.range.backend,
                     denial.range.environment.value_or(0), denial.reason, name(denial.origin),
                     denial.filed_unix, denial.imported ? ", imported" : "");
}

std::vector<std::string> described_denials(const Store& store) {
  std::vector<std::string> texts;
  for (const Denial& denial : store.denials()) texts.push_back(described_denial(denial));
  return texts;
}

TYPED_TEST(Contract, DenialsComeBackAsTheyWereUntilTheyAreLifted) {
  std::vector<Denial> denials(3);
  denials[0].pattern = "onednn.convolution/*";
  denials[0].reason = "wrong for 'odd' sizes";
  denials[0].filed_unix = 30;
  denials[1].pattern = "cpu.[a-c]*";
  denials[1].range.backend = "cpu";
  denials[1].reason = "crashed";
  denials[1].origin = DenialOrigin::crashed;
  denials[2].pattern = "*";
  denials[2].range.environment = 0xfedcba9876543210;
  denials[2].reason = "bad";
  denials[2].origin = DenialOrigin::wrong;
  std::vector<std::int64_t> ids;
  std::vector<std::string> expected;
  for (const Denial& denial : denials) {
    ids.push_back(this->store().deny(denial));
    expected.push_back(described_denial(denial));
  }
  EXPECT_TRUE(this->store().lift(ids[1]));
  EXPECT_FALSE(this->store().lift(ids[1]));
  expected.erase(expected.begin() + 1);
  this->subject_.reopen();
  EXPECT_EQ(described_denials(this->store()), expected);
  EXPECT_EQ(this->store().denials().at(1).id, ids[2]);
  EXPECT_EQ(this->store().info().denied, 2);
  EXPECT_THAT(this->store().check().faults, IsEmpty());
}

TYPED_TEST(Contract, APatternIsDeniedOnceInARange) {
  const Denial first{.pattern = "cpu.*", .reason = "first", .filed_unix = 10};
  Denial second{.pattern = "cpu.*", .reason = "second", .filed_unix = 20};
  const auto id = this->store().deny(first);
  EXPECT_EQ(this->store().deny(second), id);
  second.range.backend = "cpu";
  EXPECT_NE(this->store().deny(second), id);
  Denial earlier{.pattern = "cpu.*", .reason = "earlier", .filed_unix = 5};
  earlier.imported = true;
  EXPECT_EQ(this->store().deny(earlier), id) << "what is in force stays";
  earlier.imported = false;
  EXPECT_NE(this->store().deny(earlier), id);
  this->subject_.reopen();
  EXPECT_THAT(described_denials(this->store()),
              testing::UnorderedElementsAre(described_denial(second), described_denial(earlier)));
}

TYPED_TEST(Contract, ADenialNeedsAPatternAndAReason) {
  EXPECT_THROW(this->store().deny({.pattern = "", .reason = "no"}), Error);
  EXPECT_THROW(this->store().deny({.pattern = "cpu.*", .reason = ""}), Error);
  EXPECT_THAT(this->store().denials(), IsEmpty());
}

TYPED_TEST(Contract, AtOnceSeesOneMoment) {
  this->store().add(plain_run(problem_number(1), {1}));
  this->subject_.reopen();
  int asked = 0;
  this->store().at_once([&] {
    asked += static_cast<int>(this->store().runs(problem_number(1)).size());
    asked += static_cast<int>(this->store().problems().size());
  });
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(this->store().runs(problem_number(1)).size(), 1u);
}

TYPED_TEST(Contract, AnImplementationMayRefuseForSeveralReasons) {
  convtune::Run run = plain_run(problem_number(1), {1, 1});
  for (Measurement& measurement : run.measurements) {
    measurement.candidate.implementation = "cpu.same";
    measurement.outcome = Outcome::refused;
    measurement.samples.clear();
  }
  run.measurements[0].reason = "2-D only";
  run.measurements[1].reason = "f32 only";
  this->store().add(run);
  this->subject_.reopen();
  EXPECT_THAT(described(this->store().runs(problem_number(1))), ElementsAre(describe(run)));
}

TYPED_TEST(Contract, InfoCounts) {
  const convtune::Run run = plain_run(problem_number(1), {1, 2, 3});
  this->store().add(run);
  this->store().add(run);
  this->store().add(plain_run(problem_number(2), {1}));
  this->subject_.reopen();
  const StoreInfo info = this->store().info();
  EXPECT_EQ(info.machines.size(), 1u);
  EXPECT_EQ(info.environments.size(), 1u);
  EXPECT_EQ(info.problems, 2);
  EXPECT_EQ(info.candidates, 3);
  EXPECT_EQ(info.runs, 3);
  EXPECT_EQ(info.measurements, 7);
  EXPECT_EQ(info.samples, 35);
  EXPECT_EQ(info.denied, 0);
  EXPECT_EQ(info.imported, 0);
  EXPECT_EQ(info.schema_version, 3);
}

}  // namespace
}  // namespace convtune
