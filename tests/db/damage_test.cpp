// Files cut short or with bits flipped: refused, or salvaged, but no row comes back that was not
// stored, and nothing crashes.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <db/sqlite_store.hpp>

#include "runs.hpp"
#include "temporary_folder.hpp"

namespace convtune {
namespace {

namespace fs = std::filesystem;

class Damage : public testing::Test {
 protected:
  static constexpr int problems = 6, runs = 24;

  Damage() {
    {
      const auto store = open_sqlite_store(folder_ / "whole.db", OpenMode::write);
      for (int run = 0; run < runs; ++run) {
        convtune::Run stored =
            random_run(problem_number(run % problems), static_cast<std::uint64_t>(run) + 100);
        stored.imported = run % 5 == 0;
        store->add(stored);
        for (const Environment& environment : stored.environments)
          environments_.insert(describe(environment));
        runs_.insert(marked(stored));
      }
      store->set_setting("blas", "Haswell");
      for (int number = 0; number < 4; ++number) store->deny(denial_number(number));
      whole_with_log_ = contents(folder_ / "whole.db");
      log_ = contents(folder_ / "whole.db-wal");
    }
    whole_ = contents(folder_ / "whole.db");
  }

  static std::string marked(const convtune::Run& run) {
    return describe(run) + (run.imported ? "imported" : "ours");
  }

  static Denial denial_number(int number) {
    Denial denial;
    denial.pattern = fmt::format("cpu.number_{}*", number);
    denial.range.backend = number % 2 ? "cpu" : "";
    denial.reason = "crashed";
    denial.imported = number == 3;
    return denial;
  }

  static bool was_denied(const Denial& denial) {
    for (int number = 0; number < 4; ++number) {
      const Denial stored = denial_number(number);
      if (denial.pattern == stored.pattern && denial.range == stored.range &&
          denial.reason == stored.reason && denial.origin == stored.origin &&
          denial.filed_unix == stored.filed_unix && denial.imported == stored.imported)
        return true;
    }
    return false;
  }

  // How many of the runs came back; every value that does is one that was stored.
  int expect_only_stored(Store& store, const std::string& what) {
    int found = 0;
    try {
      for (const ConvProblem& problem : store.problems())
        EXPECT_LT(known_index(problem), problems) << what;
      for (int number = 0; number < problems; ++number)
        for (const convtune::Run& run : store.runs(problem_number(number))) {
          EXPECT_TRUE(runs_.contains(marked(run))) << what << '\n' << describe(run);
          ++found;
        }
      for (const Environment& environment : store.environments())
        EXPECT_TRUE(environments_.contains(describe(environment))) << what;
      for (const Denial& denial : store.denials())
        EXPECT_TRUE(was_denied(denial)) << what << '\n' << denial.pattern;
      EXPECT_EQ(store.setting("blas").value_or("Haswell"), "Haswell") << what;
      store.check();
      store.info();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::environment) << what << ": " << error.what();
    }
    EXPECT_LE(store.warnings().size(), 12u) << what << ": a flood";
    return found;
  }

  static int known_index(const ConvProblem& problem) {
    int number = 0;
    while (number < problems && problem_number(number) != problem) ++number;
    return number;
  }

  // The most runs that either mode gave back.
  int survive(const std::string& bytes, const std::string& log, const std::string& what) {
    const fs::path path = folder_ / "damaged.db";
    int best = 0;
    for (const OpenMode mode : {OpenMode::read, OpenMode::write}) {
      for (const auto& entry : fs::directory_iterator(folder_.path()))
        if (entry.path().filename().string().starts_with("damaged")) fs::remove(entry.path());
      write_contents(path, bytes);
      if (!log.empty()) write_contents(path.string() + "-wal", log);
      try {
        const auto store = open_sqlite_store(path, mode);
        best = std::max(best, expect_only_stored(*store, what));
        if (mode == OpenMode::write) {
          const convtune::Run more = random_run(problem_number(0), 999);
          store->add(more);
          const auto now = store->runs(problem_number(0));
          EXPECT_TRUE(!now.empty() && describe(now.back()) == describe(more)) << what;
        }
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::environment) << what << ": " << error.what();
        if (mode == OpenMode::read) {
          EXPECT_EQ(contents(path), bytes) << what;
        }
      }
    }
    return best;
  }

  TemporaryFolder folder_;
  std::string whole_, whole_with_log_, log_;
  std::set<std::string> runs_, environments_;
};

TEST_F(Damage, FlippedBits) {
  std::mt19937_64 random(7);
  long kept = 0;
  constexpr int trials = CONVTUNE_DAMAGES;
  for (int trial = 0; trial < trials; ++trial) {
    std::string bytes = whole_;
    // Half of them in the first pages, where the schema and the roots are.
    const std::size_t place = random() % (trial % 2 ? bytes.size() : bytes.size() / 8);
    const int bit = static_cast<int>(random() % 8);
    bytes[place] = static_cast<char>(bytes[place] ^ 1 << bit);
    kept += survive(bytes, "", fmt::format("bit {} of byte {} flipped", bit, place));
  }
  EXPECT_GT(kept, trials * runs / 2) << "one bit should not cost most of a store";
}

TEST_F(Damage, CutShort) {
  std::mt19937_64 random(8);
  for (int trial = 0; trial < CONVTUNE_DAMAGES; ++trial) {
    const std::size_t size = random() % whole_.size();
    survive(whole_.substr(0, size), "", fmt::format("cut to {} bytes", size));
  }
}

TEST_F(Damage, LostEndsCostOnlyWhatWasThere) {
  const std::size_t pages = whole_.size() / 4096;
  for (const std::size_t lost : {1u, 2u, 3u}) {
    const std::string what = fmt::format("without its last {} pages", lost);
    EXPECT_GT(survive(whole_.substr(0, (pages - lost) * 4096), "", what), 0) << what;
  }
}

TEST_F(Damage, OverwrittenPages) {
  std::mt19937_64 random(9);
  for (int trial = 0; trial < 40; ++trial) {
    std::string bytes = whole_;
    const std::size_t page = random() % (bytes.size() / 4096);
    for (std::size_t place = page * 4096; place < (page + 1) * 4096; ++place)
      bytes[place] = trial % 2 ? '\0' : static_cast<char>(random());
    survive(bytes, "", fmt::format("page {} overwritten", page + 1));
  }
}

TEST_F(Damage, DamagedLogs) {
  ASSERT_FALSE(log_.empty());
  std::mt19937_64 random(10);
  for (int trial = 0; trial < 30; ++trial) {
    std::string log = log_;
    if (trial % 2) {
      log.resize(random() % log.size());
    } else {
      log[random() % log.size()] ^= 0x10;
    }
    survive(whole_with_log_, log, fmt::format("log damaged, trial {}", trial));
  }
}

TEST_F(Damage, ASingleBadPageCostsOnlyWhatIsOnIt) {
  const fs::path path = folder_ / "damaged.db";
  std::string bytes = whole_;
  // The last page belongs to the rows stored last.
  std::fill(bytes.end() - 4096, bytes.end(), '\xee');
  write_contents(path, bytes);
  const auto store = open_sqlite_store(path, OpenMode::write);
  int found = 0;
  for (int number = 0; number < problems; ++number)
    found += static_cast<int>(store->runs(problem_number(number)).size());
  EXPECT_GT(found, runs / 2);
  EXPECT_LT(found, runs);
  EXPECT_EQ(files_named(folder_.path(), "damaged.db.corrupt-"), 1);
  EXPECT_EQ(store->setting("blas"), "Haswell");
  EXPECT_THAT(store->check().faults, testing::IsEmpty());
}

}  // namespace
}  // namespace convtune
