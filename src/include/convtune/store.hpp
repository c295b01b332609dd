#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/environment.hpp>
#include <convtune/measurement.hpp>
#include <convtune/problem.hpp>

namespace convtune {

/// Who put something on the denylist: a person, or the program after a crash or a wrong result.
enum class DenialOrigin { hand, crashed, wrong };
std::string_view name(DenialOrigin origin);
std::optional<DenialOrigin> denial_origin(std::string_view name);

/// Where a denial holds; by default everywhere.
struct DenialRange {
  std::string backend = {};                       ///< only its candidates; empty: everyone's
  std::optional<std::uint64_t> environment = {};  ///< only in this one, by Environment::hash
  auto operator<=>(const DenialRange&) const = default;
};

/// Candidates that are not offered, not tuned and never answer.
struct Denial {
  std::int64_t id = 0;  ///< given by the store
  std::string pattern;  ///< glob over candidate text
  DenialRange range = {};
  std::string reason;  ///< a clause: "crashed on odd widths"
  DenialOrigin origin = DenialOrigin::hand;
  std::int64_t filed_unix = 0;  ///< seconds
  bool imported = false;        ///< from a file that is not trusted: kept, but not in force
};

/// Of whom an offer is known, and for what.
struct OfferKey {
  std::string implementation;
  int revision = 1;
  std::uint64_t environment =
      0;  ///< hash of what the offer depends on, the environment of its backend included
  ConvProblem problem;
  auto operator<=>(const OfferKey&) const = default;
};

/// What `db info` says.
struct StoreInfo {
  std::string path;
  int schema_version = 0;
  std::uint64_t bytes = 0;
  std::vector<Machine> machines;
  std::vector<Environment> environments;
  std::int64_t problems = 0, candidates = 0, runs = 0, measurements = 0, samples = 0, denied = 0;
  std::int64_t imported = 0;  ///< of the runs
  /// Hash over the runs and denials, whatever their order and however often each is there.
  std::uint64_t content = 0;
};

/// What `db check` says; ok if `faults` is empty.
struct StoreCheck {
  std::vector<std::string> faults;
};

/// Keeps every measurement. The SQLite file and the memory store pass the same contract tests.
/// One object a thread; objects on one file, in one process or many, do not disturb each other.
/// Every function throws Error(environment) when the file cannot serve.
class Store {
 public:
  virtual ~Store() = default;

  /// Appends a run with all its measurements and samples, all or nothing. Returns its id.
  virtual std::int64_t add(const Run& run) = 0;

  /// Adds `run` unless one of the same contents is there. One that is not imported makes such a one
  /// count as not imported either. True if anything changed.
  virtual bool add_new(const Run& run) = 0;

  /// Removes these runs and what only they refer to, all or nothing. Ids that are not there are
  /// passed over.
  virtual void remove(std::span<const std::int64_t> run_ids) = 0;

  /// Gives back to the file system what removed rows took.
  virtual void compact() = 0;

  /// All runs of `problem`, oldest first; samples included.
  virtual std::vector<Run> runs(const ConvProblem& problem) const = 0;

  /// Every problem that has a run.
  virtual std::vector<ConvProblem> problems() const = 0;

  /// Every environment seen, oldest first, for finding the present one again without opening a
  /// library. The same hash comes again with other recorded facts or library files.
  virtual std::vector<Environment> environments() const = 0;

  /// Keeps an environment that has no run yet.
  virtual void remember(const Environment& environment) = 0;

  /// Small facts about this machine that a command found out once (fastest BLAS core type).
  virtual std::optional<std::string> setting(const std::string& key) const = 0;
  virtual void set_setting(const std::string& key, const std::string& value) = 0;

  /// What an implementation whose library takes long to ask offered (Implementation::slow_to_ask).
  /// A cache: not exported, not merged, and gone when a file had to be salvaged.
  virtual std::optional<Offer> kept_offer(const OfferKey& key) const = 0;
  virtual void keep_offer(const OfferKey& key, const Offer& offer) = 0;

  /// Puts candidates on the denylist. One denial a pattern and range: of two, one that is in force
  /// stays before an imported one, then the one filed first. Returns the id of what is there now.
  /// Throws Error(bad_input) without a pattern or a reason.
  virtual std::int64_t deny(const Denial& denial) = 0;

  /// Takes a denial off the list; false if there is none of that id.
  virtual bool lift(std::int64_t denial_id) = 0;

  /// In the order in which they were filed.
  virtual std::vector<Denial> denials() const = 0;

  /// Calls `work`; what it asks of this store is all of one moment.
  virtual void at_once(const std::function<void()>& work) const = 0;

  virtual StoreInfo info() const = 0;
  virtual StoreCheck check() const = 0;

  /// What the user should know, one sentence each, since the last call: rows that were left out, a
  /// damaged file that was moved aside, a network file system.
  virtual std::vector<std::string> warnings() { return {}; }
};

}  // namespace convtune
