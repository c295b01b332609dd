// explain for people.
#include <algorithm>

#include <fmt/format.h>

#include <report/facts.hpp>
#include <report/text.hpp>
#include <report/units.hpp>

#include "outcome_tone.hpp"
#include "values.hpp"

namespace convtune {
namespace {

std::string dropped_text(const Drop& drop) {
  if (drop.by.empty()) return "left the race";
  return fmt::format("dropped after {}: {} {} over {}", counted(drop.after, "round"),
                     human_ratio(drop.ratio), drop.by, counted(drop.over, "round"));
}

std::string why_not(const Explanation::Row& row) {
  if (!row.removed_by.empty()) return row.removed_by;
  if (!row.measurement.reason.empty()) return row.measurement.reason;
  if (row.tied) return "tied with the winner";
  return row.measurement.dropped ? dropped_text(*row.measurement.dropped) : "";
}

std::string candidates_table(const Explanation& explanation, const Paper& paper) {
  Table table({{.title = "candidate", .shrinks = true},
               {.title = "outcome"},
               {.title = "median", .right = true},
               {.title = "ratio", .right = true},
               {.title = "samples", .right = true},
               {.title = "workspace", .right = true},
               {.title = "why not", .shrinks = true}});
  for (const Explanation::Row& row : explanation.rows) {
    const Measurement& measurement = row.measurement;
    const bool chosen = row.candidate == explanation.choice.candidate;
    table.add({{row.candidate, chosen ? Tone::good : Tone::plain},
               {std::string(name(measurement.outcome)), tone_of(measurement.outcome)},
               human_seconds(row.seconds ? row.seconds : median_of(measurement)),
               human_ratio(row.ratio),
               std::to_string(measurement.samples.size()),
               human_bytes(measurement.candidate.workspace_bytes),
               why_not(row)});
  }
  return table.empty() ? "" : "\n" + table.str(paper);
}

std::string alternatives_table(const Explanation& explanation, const Paper& paper) {
  Table table({{.title = "asked with"},
               {.title = "the answer would be", .shrinks = true},
               {.title = "time", .right = true},
               {.title = "ratio", .right = true},
               {.title = "how sure"}});
  for (const Explanation::Alternative& other : explanation.alternatives)
    table.add({other.constraint, other.candidate.empty() ? "nobody measured" : other.candidate,
               human_seconds(other.seconds), human_ratio(other.ratio),
               std::string(name(other.confidence))});
  return table.empty() ? "" : "\n" + table.str(paper);
}

std::string unmeasured_table(const Explanation& explanation, const Paper& paper) {
  Table table({{.title = "not measured, as guessed", .shrinks = true},
               {.title = "workspace", .right = true},
               {.title = "deterministic"},
               {.title = "precision"},
               {.title = "why not, or what it is", .shrinks = true}});
  for (const auto& [candidate, removed_by] : explanation.unmeasured) {
    const std::string name = convtune::text(candidate);
    const bool chosen = name == explanation.choice.candidate;
    table.add({{name, chosen ? Tone::good : Tone::plain},
               human_bytes(candidate.workspace_bytes),
               candidate.deterministic ? "declared" : "no",
               std::string(convtune::name(candidate.precision)),
               removed_by.empty() ? candidate.notes : removed_by});
  }
  return table.empty() ? "" : "\n" + table.str(paper);
}

std::string refusals_table(const Explanation& explanation, const Paper& paper) {
  Table table({{.title = "refused", .shrinks = true}, {.title = "reason", .shrinks = true}});
  for (const Listing::Refused& each : explanation.refusals)
    table.add({each.implementation + (each.configuration.empty() ? "" : "/") + each.configuration,
               each.reason});
  return table.empty() ? "" : "\n" + table.str(paper);
}

std::string searches_tables(const Explanation& explanation, const Paper& paper) {
  std::string text;
  for (const Explanation::Searched& search : explanation.searches) {
    Table table({{.title = "its library's own search", .shrinks = true},
                 {.title = "time", .right = true},
                 {.title = "workspace", .right = true},
                 {.title = "deterministic"},
                 {.title = "math type"},
                 {.title = "status", .shrinks = true}});
    for (const LibrarySearch::Found& each : search.found)
      table.add({search.implementation + "/" + each.configuration, human_seconds(each.seconds),
                 human_bytes(each.workspace_bytes), each.deterministic ? "declared" : "no",
                 each.math, each.status.empty() ? "timed" : each.status});
    text += "\n" + table.str(paper) +
            fmt::format(
                "Searched with a workspace of {}; by the library's clock, not verified, to "
                "compare with only.\n",
                human_bytes(search.workspace_limit));
  }
  return text;
}

std::string about_guess(const Explanation& explanation) {
  if (!explanation.guess) return {};
  const Choice& guess = *explanation.guess;
  if (guess.candidate.empty()) return "The policy guess_once would answer nothing.";
  return fmt::format("The policy guess_once would answer {} ({}).", guess.candidate,
                     name(guess.provenance));
}

std::string runs_table(const Explanation& explanation, const Paper& paper) {
  Table table({{.title = "run", .right = true},
               {.title = "started"},
               {.title = "protocol"},
               {.title = "rigour"},
               {.title = "candidates", .right = true},
               {.title = "rounds", .right = true},
               {.title = "disturbed", .right = true},
               {.title = "word"}});
  for (const Explanation::Raced& run : explanation.runs)
    table.add({std::to_string(run.id), utc_time(run.started_unix), std::string(name(run.protocol)),
               std::string(name(run.rigour)), std::to_string(run.candidates),
               std::to_string(run.rounds), std::to_string(run.disturbed_rounds.size()),
               run.unstable ? run.verdict + ", unstable" : run.verdict});
  return table.empty() ? "" : "\n" + table.str(paper);
}

}  // namespace

std::string rendered(const Explanation& explanation, const Paper& paper) {
  std::string text = rendered(explanation.choice, paper) + candidates_table(explanation, paper) +
                     unmeasured_table(explanation, paper) + refusals_table(explanation, paper) +
                     alternatives_table(explanation, paper) + searches_tables(explanation, paper) +
                     runs_table(explanation, paper);
  const auto say = [&](const std::string& sentence) {
    if (!sentence.empty() && sentence != explanation.choice.reason)
      text += wrapped(sentence, static_cast<std::size_t>(std::max(paper.width, 0)), 0) + "\n";
  };
  say(about_guess(explanation));
  std::ranges::for_each(explanation.notes, say);
  return text;
}

}  // namespace convtune
