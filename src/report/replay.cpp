#include <fmt/format.h>

#include <report/replay.hpp>
#include <report/units.hpp>

#include "values.hpp"

namespace convtune {
namespace {

std::string percent(double share) {
  return fmt::format("{:.2f} %", 100 * share);
}

Json value(const RuleScore& score) {
  return {{"rule", score.rule},
          {"regret_mean", number(score.regret_mean)},
          {"excess_mean", number(score.excess_mean)},
          {"excess_interval", Json::array({number(score.excess_low), number(score.excess_high)})},
          {"regret_p95", number(score.regret_p95)},
          {"over_5_percent", number(score.over_5_percent)},
          {"cost_calls", number(score.cost_calls)},
          {"cost_seconds", number(score.cost_seconds)},
          {"clear_share", number(score.clear_share)},
          {"clear_wrong", number(score.clear_wrong)},
          {"ties_mean", number(score.ties_mean)},
          {"regret_without_worst", number(score.regret_without_worst)}};
}

}  // namespace

std::string json(const Replay& replay) {
  Json rules = Json::array();
  for (const RuleScore& score : replay.rules) rules.push_back(value(score));
  return dumped({{"schema", "convtune.replay/1"},
                 {"recorded", text_or_null(replay.recorded)},
                 {"problems", replay.problems},
                 {"default_rule", replay.default_rule},
                 {"rules", rules},
                 {"left_out", replay.left_out}});
}

std::string rendered(const Replay& replay, const Paper& paper) {
  Table table({{.title = "rule"},
               {.title = "regret", .right = true},
               {.title = "less worst", .right = true},
               {.title = "p95", .right = true},
               {.title = "> 5 %", .right = true},
               {.title = "excess", .right = true},
               {.title = "95 %", .right = true},
               {.title = "calls", .right = true},
               {.title = "time", .right = true},
               {.title = "clear", .right = true},
               {.title = "wrong", .right = true},
               {.title = "ties", .right = true}});
  for (const RuleScore& score : replay.rules)
    table.add({{score.rule, score.rule == replay.default_rule ? Tone::good : Tone::plain},
               percent(score.regret_mean),
               percent(score.regret_without_worst),
               percent(score.regret_p95),
               percent(score.over_5_percent),
               percent(score.excess_mean),
               fmt::format("{:.2f} - {:.2f}", 100 * score.excess_low, 100 * score.excess_high),
               fmt::format("{:.1f}", score.cost_calls),
               human_seconds(score.cost_seconds),
               percent(score.clear_share),
               percent(score.clear_wrong),
               fmt::format("{:.2f}", score.ties_mean)});
  const std::string source =
      replay.recorded.empty() ? "stored runs" : fmt::format("'{}'", replay.recorded);
  const std::string title =
      fmt::format("{} of {}; tune decides by {}\n", counted(replay.problems, "problem"), source,
                  replay.default_rule);
  return table.empty() ? title : title + table.str(paper);
}

}  // namespace convtune
