#pragma once

#include <string>
#include <utility>
#include <vector>

#include <convtune/recorded.hpp>
#include <convtune/store.hpp>

namespace convtune {

struct ReplayOptions {
  std::string rule = {};               ///< empty: every rule; otherwise this one and all samples
  Protocol protocol = Protocol::warm;  ///< of stored runs
  int seeds = 20;
};

/// What rules make of the same samples.
struct Replay {
  std::string recorded = {};  ///< the file; empty: stored runs
  int problems = 0;
  int left_out = 0;  ///< stored problems without a run that has enough
  std::string default_rule = {};
  std::vector<RuleScore> rules = {};
  std::vector<ReadNote> notes = {};
};

/// Name and summary of each rule.
std::vector<std::pair<std::string, std::string>> replay_rules();

/// Decides again from a file of recorded samples. Throws Error(bad_input) as read_recorded_file
/// does, and for an unknown rule.
Replay replay_recorded(const std::string& path, const ReplayOptions& options = {});

/// The same from the store: of each problem the run with most candidates that were timed in all its
/// rounds, among equals the newest. No rules are scored where no problem has one.
Replay replay_stored(const Store& store, const std::vector<ConvProblem>& problems,
                     const ReplayOptions& options = {});

}  // namespace convtune
