#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <convtune/error.hpp>
#include <convtune/replay.hpp>
#include <tuner/replay.hpp>

namespace convtune {
namespace {

std::vector<const SelectionRule*> asked(const std::string& name) {
  std::vector<const SelectionRule*> rules;
  std::vector<std::string_view> names;
  for (const SelectionRule& rule : selection_rules()) {
    names.push_back(rule.name);
    if (name.empty() || rule.name == name || rule.name == all_samples_rule) rules.push_back(&rule);
  }
  if (!name.empty() && std::ranges::find(names, name) == names.end())
    throw Error(ErrorCode::bad_input, fmt::format("There is no rule '{}', expected one of {}.",
                                                  name, fmt::join(names, ", ")));
  return rules;
}

void score(Replay& replay, const std::vector<const SelectionRule*>& rules,
           const std::vector<Recorded>& problems, int seeds) {
  replay.problems = static_cast<int>(problems.size());
  replay.default_rule = default_rule;
  if (problems.empty()) return;
  for (const SelectionRule* rule : rules) {
    RuleScore& found = replay.rules.emplace_back(judge(rule->select, problems, seeds));
    found.rule = rule->name;
  }
}

// Runs are oldest first.
Recorded richest(const std::vector<Run>& runs, Protocol protocol) {
  Recorded best;
  for (const Run& run : runs) {
    if (run.protocol != protocol) continue;
    Recorded recorded = recorded_from(run);
    if (recorded.entries.size() >= std::max<std::size_t>(best.entries.size(), 1))
      best = std::move(recorded);
  }
  return best;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> replay_rules() {
  std::vector<std::pair<std::string, std::string>> rules;
  for (const SelectionRule& rule : selection_rules()) rules.emplace_back(rule.name, rule.summary);
  return rules;
}

Replay replay_recorded(const std::string& path, const ReplayOptions& options) {
  const auto rules = asked(options.rule);
  RecordedList list = read_recorded_file(path);
  Replay replay{.recorded = path, .notes = std::move(list.notes)};
  score(replay, rules, list.problems, options.seeds);
  return replay;
}

Replay replay_stored(const Store& store, const std::vector<ConvProblem>& problems,
                     const ReplayOptions& options) {
  const auto rules = asked(options.rule);
  Replay replay;
  std::vector<Recorded> recorded;
  for (const ConvProblem& problem : problems)
    if (Recorded best = richest(store.runs(problem), options.protocol); !best.entries.empty())
      recorded.push_back(std::move(best));
    else
      ++replay.left_out;
  score(replay, rules, recorded, options.seeds);
  return replay;
}

}  // namespace convtune
