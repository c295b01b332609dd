#include <algorithm>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <db/sqlite_store.hpp>

#include "check.hpp"
#include "denials.hpp"
#include "enumerations.hpp"
#include "file_system.hpp"
#include "migrate.hpp"
#include "opening.hpp"
#include "result.hpp"
#include "rows.hpp"
#include "salvage.hpp"
#include "store_file.hpp"
#include "transaction.hpp"
#include "valid_run.hpp"

namespace convtune {
namespace {

namespace fs = std::filesystem;
using db::Statement;
using db::Transaction;

// Which file a path leads to now; two damaged ones must not be moved for one.
struct FileIdentity {
  dev_t device = 0;
  ino_t number = 0;
  bool operator==(const FileIdentity&) const = default;
};

FileIdentity identity_of(const fs::path& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

class SqliteStore final : public Store {
 public:
  SqliteStore(fs::path path, OpenMode mode) : path_(std::move(path)), mode_(mode) {
    if (mode_ == OpenMode::read) {
      adopt(db::open_for_reading(path_));
    } else {
      try {
        open_for_writing();
      } catch (const db::SqliteError& error) {
        if (!error.corrupt()) throw;
        save();
      }
    }
  }

  std::int64_t add(const Run& run) override {
    db::require_valid(run);
    return changing([&] { return db::insert_run(*database_, run); });
  }

  bool add_new(const Run& run) override {
    db::require_valid(run);
    return changing([&] { return db::insert_new_run(*database_, run); });
  }

  void remove(std::span<const std::int64_t> run_ids) override {
    changing([&] {
      for (const std::int64_t id : run_ids) db::remove_run(*database_, id);
      db::remove_unused_candidates(*database_);
      return 0;
    });
  }

  void compact() override {
    require_writable();
    serve([&] {
      database_->execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
      return 0;
    });
  }

  std::vector<Run> runs(const ConvProblem& problem) const override {
    return reading([&] { return kept(db::read_runs(*database_, problem)); });
  }

  std::vector<ConvProblem> problems() const override {
    return reading([&] { return kept(db::read_problems(*database_)); });
  }

  std::vector<Environment> environments() const override {
    return reading([&] { return kept(db::read_own_environments(*database_)); });
  }

  void remember(const Environment& environment) override {
    changing([&] { return db::intern(*database_, db::environments(), environment); });
  }

  std::optional<std::string> setting(const std::string& key) const override {
    return reading([&]() -> std::optional<std::string> {
      Statement find(*database_, "SELECT value, content FROM setting WHERE key = ?");
      find.bind(1, key);
      if (!find.step()) return std::nullopt;
      std::string value;
      db::from_value(find.value(0), value);
      if (find.value(1) != db::to_value(db::content(key, value)))
        throw db::BadRow("The setting '" + key + "' is not what was stored and was left out.");
      return value;
    });
  }

  void set_setting(const std::string& key, const std::string& value) override {
    changing([&] {
      Statement(*database_,
                "INSERT INTO setting (key, value, content) VALUES (?1, ?2, ?3) "
                "ON CONFLICT (key) DO UPDATE SET value = ?2, content = ?3")
          .bind(1, key)
          .bind(2, value)
          .bind(3, db::to_value(db::content(key, value)))
          .run();
      return 0;
    });
  }

  std::optional<Offer> kept_offer(const OfferKey& key) const override {
    return reading([&] { return db::find_offer(*database_, key); });
  }

  void keep_offer(const OfferKey& key, const Offer& offer) override {
    changing([&] {
      db::insert_offer(*database_, key, offer);
      return 0;
    });
  }

  void forget_offers() override {
    changing([&] {
      database_->execute("DELETE FROM enumeration");
      return 0;
    });
  }

  std::int64_t deny(const Denial& denial) override {
    db::require_valid(denial);
    return changing([&] { return db::insert_denial(*database_, denial); });
  }

  bool lift(std::int64_t denial_id) override {
    return changing([&] {
      Statement(*database_, "DELETE FROM denylist WHERE id = ?").bind(1, denial_id).run();
      return db::integer_of(*database_, "SELECT changes()") > 0;
    });
  }

  std::vector<Denial> denials() const override {
    return reading([&] { return kept(db::read_denials(*database_)); });
  }

  // Nothing is saved on the way: what `work` did with the first half would be done twice.
  void at_once(const std::function<void()>& work) const override {
    if (!database_) open_for_writing();
    Transaction view(*database_, Transaction::Kind::read);
    db::require_same_schema(*database_);
    in_view_ = true;
    try {
      work();
    } catch (...) {
      in_view_ = false;
      throw;
    }
    in_view_ = false;
  }

  StoreInfo info() const override {
    return reading([&] {
      const auto count = [&](const char* what) {
        return db::integer_of(*database_, std::string("SELECT ") + what);
      };
      StoreInfo info;
      info.path = path_.string();
      info.schema_version = static_cast<int>(db::integer_of(*database_, "PRAGMA user_version"));
      for (const char* tail : {"", "-wal"}) {
        std::error_code error;
        const auto size = fs::file_size(path_.string() + tail, error);
        if (!error) info.bytes += size;
      }
      info.machines = kept(db::read_machines(*database_));
      info.environments = kept(db::read_environments(*database_));
      info.problems = count("count(*) FROM problem");
      info.candidates = count("count(*) FROM candidate");
      info.runs = count("count(*) FROM run");
      info.measurements = count("count(*) FROM measurement");
      info.samples = count("coalesce(sum(n), 0) FROM measurement");
      info.denied = count("count(*) FROM denylist");
      info.imported = count("count(*) FROM run WHERE imported <> 0");
      info.kept_offers = count("count(*) FROM enumeration");
      info.kept_offer_bytes = static_cast<std::uint64_t>(
          count("coalesce(sum(length(CAST(offer AS BLOB))), 0) FROM enumeration"));
      info.content =
          db::content_of_all(db::hashes(*database_, "run"), db::hashes(*database_, "denylist"));
      return info;
    });
  }

  // Looks at the file as it is: nothing is salvaged on the way.
  StoreCheck check() const override {
    if (!database_) open_for_writing();
    Transaction view(*database_, Transaction::Kind::read);
    return {.faults = db::faults_of(*database_)};
  }

  std::vector<std::string> warnings() override { return std::exchange(warnings_, {}); }

 private:
  void adopt(db::Opened opened) const {
    database_ = std::move(opened.database);
    for (const std::string& warning : opened.warnings) warn(warning);
    file_ = identity_of(path_);
  }

  void open_for_writing() const {
    file_ = identity_of(path_);
    adopt(db::open_for_writing(path_, db::network_file_system(path_)));
  }

  // Moves the damaged file aside, unless another process just did, and goes on with what it held.
  void save() const {
    // Whatever looks damaged because a newer program changed it is none of this one's business.
    if (database_ && db::inspect(*database_).version > db::schema_version())
      db::require_same_schema(*database_);
    database_.reset();
    const bool still_there = identity_of(path_) == file_;
    const fs::path aside = still_there ? db::move_aside(path_) : fs::path();
    open_for_writing();
    if (!still_there) return;
    const db::Salvaged salvaged = db::salvage(aside, *database_);
    warn(account_of(salvaged, aside));
  }

  std::string account_of(const db::Salvaged& salvaged, const fs::path& aside) const {
    if (salvaged.runs + salvaged.lost == 0)
      return fmt::format(
          "'{}' was damaged, no run in it could be found, and it is now '{}'. A new one begins; "
          "merging a backup brings back what that holds.",
          path_.string(), aside.string());
    return fmt::format(
        "'{}' was damaged and is now '{}'; {} of its runs could be saved{}.", path_.string(),
        aside.string(), salvaged.runs,
        salvaged.lost > 0 ? fmt::format(", at least {} could not", salvaged.lost) : std::string());
  }

  // Does `work`; in a damaged file that may be written, once more after saving what can be saved.
  template <class Work>
  std::invoke_result_t<Work&> serve(Work&& work) const {
    if (!database_) open_for_writing();  // saving failed the last time
    try {
      return work();
    } catch (const db::SqliteError& error) {
      if (!error.corrupt() || mode_ == OpenMode::read) throw;
    }
    save();
    return work();
  }

  template <class Work>
  std::invoke_result_t<Work&> reading(Work&& work) const {
    using Result = std::invoke_result_t<Work&>;
    const auto look = [&]() -> Result {
      try {
        return work();
      } catch (const db::BadRow& bad) {
        warn(bad.what());
        return {};
      }
    };
    if (in_view_) return look();
    return serve([&]() -> Result {
      Transaction view(*database_, Transaction::Kind::read);
      db::require_same_schema(*database_);
      return look();
    });
  }

  void require_writable() const {
    if (mode_ == OpenMode::read)
      throw Error(ErrorCode::environment,
                  fmt::format("'{}' is open for reading only.", path_.string()));
  }

  template <class Work>
  std::invoke_result_t<Work&> changing(Work&& work) {
    require_writable();
    return serve([&] {
      Transaction all(*database_, Transaction::Kind::write);
      db::require_same_schema(*database_);
      const auto result = work();
      all.commit();
      return result;
    });
  }

  template <class Row>
  std::vector<Row> kept(db::Read<Row> read) const {
    // One sentence, however many rows are bad.
    if (read.faults.size() == 1) warn(read.faults.front());
    if (read.faults.size() > 1)
      warn(fmt::format("{} rows of '{}' were left out, the first for this: {}", read.faults.size(),
                       path_.string(), read.faults.front()));
    return std::move(read.rows);
  }

  void warn(const std::string& sentence) const {
    if (std::ranges::find(warnings_, sentence) == warnings_.end()) warnings_.push_back(sentence);
  }

  fs::path path_;
  OpenMode mode_;
  // A lookup may find damage and put another file in place, and has things to warn of.
  mutable std::unique_ptr<db::Database> database_;
  mutable FileIdentity file_;
  mutable std::vector<std::string> warnings_;
  mutable bool in_view_ = false;
};

}  // namespace

std::unique_ptr<Store> open_sqlite_store(const std::filesystem::path& path, OpenMode mode) {
  return std::make_unique<SqliteStore>(path, mode);
}

std::unique_ptr<Store> open_foreign_store(const std::filesystem::path& path) {
  db::require_whole(*db::open_for_reading(path).database, path);
  return std::make_unique<SqliteStore>(path, OpenMode::read);
}

std::string sqlite_version() {
  return sqlite3_libversion();
}

}  // namespace convtune
