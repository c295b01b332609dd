#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <convtune/environment.hpp>
#include <convtune/measurement.hpp>
#include <convtune/problem.hpp>

namespace convtune {

/// What `db info` says.
struct StoreInfo {
  std::string path;
  int schema_version = 0;
  std::uint64_t bytes = 0;
  std::vector<Machine> machines;
  std::vector<Environment> environments;
  std::int64_t problems = 0, candidates = 0, runs = 0, measurements = 0, samples = 0, denied = 0;
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

  virtual StoreInfo info() const = 0;
  virtual StoreCheck check() const = 0;

  /// What the user should know, one sentence each, since the last call: rows that were left out, a
  /// damaged file that was moved aside, a network file system.
  virtual std::vector<std::string> warnings() { return {}; }
};

}  // namespace convtune
