// What every store promises, asked of each in turn.
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
  std::vector<std::string> stored[3];
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const int problem = static_cast<int>(seed % 3);
    const convtune::Run run = random_run(problem_number(problem), seed);
    this->store().add(run);
    stored[problem].push_back(describe(run));
  }
  this->subject_.reopen();
  for (int problem = 0; problem < 3; ++problem)
    EXPECT_EQ(described(this->store().runs(problem_number(problem))), stored[problem]);
  EXPECT_THAT(this->store().problems(),
              ElementsAre(problem_number(0), problem_number(1), problem_number(2)));
  EXPECT_THAT(this->store().check().faults, IsEmpty());
  EXPECT_THAT(this->store().warnings(), IsEmpty());
}

TYPED_TEST(Contract, IdsAscendAndAreThoseOfTheRuns) {
  const auto first = this->store().add(random_run(problem_number(1), 1));
  const auto second = this->store().add(random_run(problem_number(1), 2));
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
  EXPECT_EQ(info.schema_version, 1);
}

}  // namespace
}  // namespace convtune
