#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include <convtune/error.hpp>
#include <convtune/storage.hpp>

#include "answer.hpp"
#include "rows.hpp"

namespace convtune {
namespace {

// Runs that answer the same questions: of one machine and protocol, in the same environments.
using Group = std::tuple<Protocol, std::string, std::set<std::uint64_t>>;

Group group_of(const Run& run) {
  std::set<std::uint64_t> environments;
  for (const Environment& each : run.environments) environments.insert(each.hash());
  return {run.protocol, run.machine.serial, std::move(environments)};
}

// What the runs of a group can answer: the winner when nothing is demanded, then everybody who may
// win when something is.
std::vector<std::string> answers_of(const std::vector<Run>& runs, Protocol protocol) {
  const Verdict verdict =
      decide_for(runs, Constraints{.precision = Precision::downconvert, .protocol = protocol});
  std::vector<std::string> answers;
  for (const Ranked& each : verdict.ranking) answers.push_back(text(each.measurement->candidate));
  if (answers.size() > 1) std::sort(answers.begin() + 1, answers.end());
  return answers;
}

class Pruning {
 public:
  Pruning(const PruneOptions& options, const Rooms& rooms, Rows& rows)
      : options_(options), rooms_(rooms), rows_(rows) {}

  void look_at(const std::vector<Run>& runs) {
    std::map<Group, std::vector<Run>> groups;
    for (const Run& run : runs) groups[group_of(run)].push_back(run);
    for (const auto& [group, members] : groups) look_at(std::get<Protocol>(group), members);
  }

  std::vector<std::int64_t> going;
  Pruned pruned;

 private:
  // Of this machine's class and thread count once, but not as it is now.
  bool stale(const Run& run) {
    return !rows_.within(Reach::stale, {run}).empty() &&
           rows_.within(Reach::machine_class, {run}).empty();
  }

  bool too_many(std::size_t index, std::size_t count) const {
    return options_.keep && index + static_cast<std::size_t>(*options_.keep) < count;
  }

  bool too_old(const Run& run) const {
    return options_.older_than_seconds &&
           run.started_unix + *options_.older_than_seconds < rooms_.unix_time();
  }

  // One group, oldest first.
  void look_at(Protocol protocol, const std::vector<Run>& runs) {
    std::vector<Run> stay, ask;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const Run& run = runs[i];
      const bool unwanted =
          (options_.imported && run.imported) || (options_.stale && !run.imported && stale(run));
      if (unwanted) {
        going.push_back(run.id);
        if (!run.imported) unwanted_.push_back(run);
      } else {
        (too_many(i, runs.size()) || too_old(run) ? ask : stay).push_back(run);
      }
    }
    if (!unwanted_.empty()) pruned.stale_answers += !answers_of(unwanted_, protocol).empty();
    unwanted_.clear();
    if (ask.empty()) return;
    std::vector<Run> all = ask;
    all.insert(all.end(), stay.begin(), stay.end());
    // The newest of those that may go stays first, until the answer is the one of all.
    const std::vector<std::string> answers = answers_of(all, protocol);
    while (!ask.empty() && answers_of(stay, protocol) != answers) {
      stay.push_back(ask.back());
      ask.pop_back();
      ++pruned.protected_runs;
    }
    for (const Run& run : ask) going.push_back(run.id);
  }

  const PruneOptions& options_;
  const Rooms& rooms_;
  Rows& rows_;
  std::vector<Run> unwanted_;
};

}  // namespace

Pruned prune(const Context& context, const PruneOptions& options) {
  if (!options.older_than_seconds && !options.keep && !options.stale && !options.imported &&
      !options.offers)
    throw Error(ErrorCode::bad_input,
                "What is to be removed must be said: --older-than, --keep, --stale, --imported or "
                "--offers.");
  const std::string path = context.database.empty() ? default_database() : context.database;
  std::error_code ignored;
  if (path != ":memory:" && !std::filesystem::exists(path, ignored))
    throw Error(ErrorCode::environment, fmt::format("'{}' does not exist.", path));
  const Rooms rooms = real_rooms(context);
  const std::shared_ptr<Store> store =
      rooms.open(options.dry_run ? OpenMode::read : OpenMode::write);
  if (!store) return {};
  Environments environments(rooms);
  const Denied nobody;
  Rows rows(rooms, environments, store.get(), nobody);
  Pruning pruning(options, rooms, rows);
  for (const ConvProblem& problem : store->problems()) pruning.look_at(store->runs(problem));

  Pruned pruned = pruning.pruned;
  const StoreInfo before = store->info();
  pruned.runs = static_cast<std::int64_t>(pruning.going.size());
  pruned.left = before.runs - pruned.runs;
  pruned.bytes_before = pruned.bytes_after = before.bytes;
  if (options.offers) pruned.offers = before.kept_offers;
  if (!options.dry_run && pruned.runs + pruned.offers > 0) {
    store->remove(pruning.going);
    if (options.offers) store->forget_offers();
    store->compact();
    pruned.bytes_after = store->info().bytes;
  }
  pruned.warnings = store->warnings();
  return pruned;
}

}  // namespace convtune
