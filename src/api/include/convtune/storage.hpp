#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <convtune/context.hpp>
#include <convtune/store.hpp>

namespace convtune {

// Looking after the store of a context: moving rows between stores, keeping copies, removing.
// All throw Error(environment) when a file cannot serve.

/// What went from files to the store, or the other way.
struct Transfer {
  std::int64_t runs = 0;            ///< new ones
  std::int64_t known = 0;           ///< that were there already
  std::int64_t denials = 0;         ///< seen
  std::int64_t rejected = 0;        ///< left out
  std::vector<std::string> faults;  ///< why, one sentence each; the first hundred
  std::vector<std::string> warnings;
};

/// The store as JSON Lines, each without its end, to `write`.
Transfer export_store(const Context& context,
                      const std::function<void(const std::string& line)>& write);

/// Takes over what `files` ("-": standard input) hold of such lines. It counts as another
/// environment's until tune has verified it here, and its denials are not in force.
Transfer import_into_store(const Context& context, const std::vector<std::string>& files);

/// Takes over what other stores hold, as it is. The files are not changed.
Transfer merge_into_store(const Context& context, const std::vector<std::string>& files);

/// Copies the store at one moment to `file`, which must not exist unless `replace`; its folder
/// must. Throws Error(bad_input) where no file can be.
void back_up_store(const Context& context, const std::string& file, bool replace);

struct PruneOptions {
  std::optional<std::int64_t> older_than_seconds = {};
  std::optional<int> keep = {};  ///< newest runs of each problem, protocol and set of environments
  bool stale = false;            ///< runs of environments that this machine no longer has
  bool imported = false;         ///< imported runs
  bool offers = false;           ///< what libraries that take long to ask offered
  bool dry_run = false;
};

struct Pruned {
  std::int64_t runs = 0;            ///< removed, or that would be
  std::int64_t protected_runs = 0;  ///< asked for, but an answer would change without them
  std::int64_t stale_answers = 0;   ///< answers of older environments that went, as asked for
  std::int64_t left = 0;
  std::int64_t offers = 0;  ///< forgotten, or that would be
  std::uint64_t bytes_before = 0, bytes_after = 0;
  std::vector<std::string> warnings = {};
};

/// Removes runs that any of the criteria names, never one that changes an answer of an environment
/// that stays, and gives their room back. What was offered is asked again when needed. Throws
/// Error(bad_input) without a criterion.
Pruned prune(const Context& context, const PruneOptions& options);

/// Puts candidates on the denylist; the time and the origin are filled in. Returns what is there
/// now, which may have been there before. Throws Error(bad_input) for a backend that there is not.
Denial deny(const Context& context, Denial denial);

/// True if `pattern` can match a candidate of an implementation that is known here, or matches one
/// that the store has seen.
bool may_match_candidates(const Context& context, const std::string& pattern);

/// Lifts a denial and returns it; nullopt if there is none of that id.
std::optional<Denial> lift(const Context& context, std::int64_t id);

}  // namespace convtune
