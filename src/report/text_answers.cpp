// select and bench for people.
#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <convtune/statistics.hpp>
#include <report/facts.hpp>
#include <report/text.hpp>
#include <report/units.hpp>

#include "outcome_tone.hpp"
#include "values.hpp"

namespace convtune {
namespace {

std::string layouts_text(const Layouts& layouts) {
  if (layouts.source.empty()) return {};
  return fmt::format("source {}, filter {}, destination {}", layouts.source, layouts.filter,
                     layouts.destination);
}

std::string time_text(const Choice& choice) {
  if (!choice.seconds) return "not measured";
  std::string time = human_seconds(*choice.seconds);
  if (choice.interval)
    time += fmt::format(" (median; 95 %: {} to {})", human_seconds((*choice.interval)[0]),
                        human_seconds((*choice.interval)[1]));
  return time;
}

/// A measured candidate first, the fastest first; the rest as they came.
void fastest_first(std::vector<Measurement>& rows) {
  std::ranges::stable_sort(rows, {}, [](const Measurement& row) {
    return median_of(row).value_or(std::numeric_limits<double>::infinity());
  });
}

}  // namespace

std::string rendered(const Choice& choice, const Paper& paper) {
  std::string text =
      toned(choice.candidate.empty() ? "no answer" : choice.candidate, Tone::strong, paper) + "\n";
  Facts facts;
  facts.add("problem", convtune::text(choice.problem));
  if (!choice.candidate.empty()) {
    facts.add("time", time_text(choice));
    facts.add("confidence", std::string(name(choice.confidence)));
    facts.add("ties", fmt::format("{}", fmt::join(choice.ties, " ")));
    facts.add("workspace", human_bytes(choice.workspace_bytes));
    facts.add("layouts", layouts_text(choice.layouts));
    facts.add("deterministic", choice.deterministic ? "yes" : "not guaranteed");
    facts.add("precision", std::string(name(choice.precision)));
    facts.add("provenance", fmt::format("{} ({})", name(choice.provenance), name(choice.rigour)));
    if (choice.measured_at) facts.add("measured", utc_time(*choice.measured_at));
  }
  facts.add("device", choice.threads > 0
                          ? fmt::format("{}, {}", choice.device, counted(choice.threads, "thread"))
                          : choice.device);
  facts.add("environment", choice.environment);
  facts.add("reason", choice.reason);
  return text + facts.str(paper);
}

std::string rendered(const Run& run, const Paper& paper) {
  Table table({{.title = "candidate", .shrinks = true},
               {.title = "median", .right = true},
               {.title = "95 %", .right = true},
               {.title = "samples", .right = true},
               {.title = "first call", .right = true},
               {.title = "create", .right = true},
               {.title = "workspace", .right = true},
               {.title = "outcome", .shrinks = true}});
  std::vector<Measurement> rows = run.measurements;
  fastest_first(rows);
  for (const Measurement& row : rows) {
    std::string interval;
    if (!row.samples.empty()) {
      const auto [low, high] = median_interval(times(row));
      interval = human_seconds(low) + " - " + human_seconds(high);
    }
    std::string outcome(name(row.outcome));
    if (!row.reason.empty()) outcome += ": " + row.reason;
    table.add({text(row.candidate),
               human_seconds(median_of(row)),
               interval,
               std::to_string(row.samples.size()),
               row.first_call_seconds > 0 ? human_seconds(row.first_call_seconds) : "-",
               row.create_seconds > 0 ? human_seconds(row.create_seconds) : "-",
               human_bytes(row.candidate.workspace_bytes),
               {outcome, tone_of(row.outcome)}});
  }
  std::set<int> disturbed;
  for (const Measurement& row : rows)
    for (const Sample& sample : row.samples)
      if (sample.disturbed) disturbed.insert(sample.round);
  std::string text_of_run = toned(text(run.problem), Tone::strong, paper) + "\n" + table.str(paper);
  if (!disturbed.empty())
    text_of_run += fmt::format("The machine changed its speed in {}.\n",
                               counted(std::ssize(disturbed), "round"));
  return text_of_run;
}

}  // namespace convtune
