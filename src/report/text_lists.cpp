// verify, list and db for people.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <report/facts.hpp>
#include <report/text.hpp>
#include <report/units.hpp>

#include "values.hpp"

namespace convtune {

std::string rendered(const ConvProblem& problem, const std::vector<Verified>& verified,
                     const Paper& paper) {
  Table table({{.title = "candidate", .shrinks = true},
               {.title = "outcome"},
               {.title = "exact"},
               {.title = "error", .right = true},
               {.title = "bound", .right = true},
               {.title = "reason", .shrinks = true}});
  for (const Verified& each : verified) {
    const Measurement& measurement = each.measurement;
    const CheckError& error = measurement.error;
    const bool checked =
        measurement.outcome == Outcome::measured || measurement.outcome == Outcome::wrong;
    table.add({text(each.candidate),
               {verdict(each), verdict(each) == "right" ? Tone::good : Tone::bad},
               !error.exact   ? "-"
               : *error.exact ? "yes"
                              : "no",
               checked ? fmt::format("{:.3g}", error.scaled_max) : "-",
               checked ? fmt::format("{:.3g}", error.bound) : "-",
               measurement.reason});
  }
  return toned(text(problem), Tone::strong, paper) + "\n" + table.str(paper);
}

std::string rendered(const VerifySummary& summary, const Paper& paper) {
  std::string text = counted(summary.problems, "problem") + ": ";
  text += fmt::format("{} right", summary.right);
  const auto count = [&](int number, const char* what, Tone tone) {
    text +=
        ", " + toned(fmt::format("{} {}", number, what), number > 0 ? tone : Tone::plain, paper);
  };
  count(summary.wrong, "wrong", Tone::bad);
  count(summary.failed, "failed", Tone::bad);
  count(summary.refused, "refused", Tone::plain);
  text += fmt::format("; largest scaled error {:.3g}", summary.scaled_max);
  if (summary.wrong > 0)
    text += fmt::format(", of those that are right {:.3g}", summary.right_scaled_max);
  return text + "\n";
}

std::string rendered(const std::vector<CatalogueEntry>& implementations, const Paper& paper) {
  Table table({{.title = "name"},
               {.title = "rev", .right = true},
               {.title = "device"},
               {.title = "family"},
               {.title = "available"},
               {.title = "summary", .shrinks = true}});
  for (const CatalogueEntry& each : implementations) {
    const bool available = each.reason.empty();
    table.add({each.name,
               std::to_string(each.revision),
               each.device,
               each.family,
               {available ? "yes" : "no", available ? Tone::good : Tone::bad},
               each.summary + (available ? "" : " - " + each.reason) +
                   (each.module.empty() ? "" : " - from " + each.module)});
  }
  return table.str(paper);
}

std::string rendered(const ConvProblem& problem, const Listing& listing, const Paper& paper) {
  Table candidates({{.title = "candidate", .shrinks = true},
                    {.title = "workspace", .right = true},
                    {.title = "deterministic"},
                    {.title = "precision"},
                    {.title = "source"},
                    {.title = "destination"},
                    {.title = "notes", .shrinks = true}});
  for (const Candidate& each : listing.candidates)
    candidates.add({text(each), human_bytes(each.workspace_bytes),
                    each.deterministic ? "declared" : "no", std::string(name(each.precision)),
                    each.layouts.source, each.layouts.destination, each.notes});
  Table refusals({{.title = "refused", .shrinks = true}, {.title = "reason", .shrinks = true}});
  for (const Listing::Refused& each : listing.refusals) {
    const bool whole = each.configuration.empty();
    refusals.add({whole ? each.implementation : each.implementation + "/" + each.configuration,
                  each.reason});
  }
  std::string text = toned(convtune::text(problem), Tone::strong, paper) + "\n";
  if (!candidates.empty()) text += candidates.str(paper);
  if (!refusals.empty()) text += (candidates.empty() ? "" : "\n") + refusals.str(paper);
  return text;
}

std::string rendered(const std::vector<ShapeSet>& sets, const Paper& paper) {
  Table table({{.title = "set"},
               {.title = "problems", .right = true},
               {.title = "summary", .shrinks = true}});
  for (const ShapeSet& each : sets) {
    const ProblemList list = read_problems(each.content, std::string(each.name));
    table.add(
        {std::string(each.name), std::to_string(list.problems.size()), std::string(each.summary)});
  }
  return table.str(paper);
}

std::string rendered(const std::vector<ListedProblem>& problems, const Paper& paper) {
  Table table({{.title = "problem"},
               {.title = "repeats", .right = true},
               {.title = "names", .shrinks = true}});
  for (const ListedProblem& each : problems)
    table.add({text(each.problem), std::to_string(each.repeats),
               fmt::format("{}", fmt::join(each.names, " "))});
  return table.str(paper);
}

std::string rendered(const DeviceList& list, const Paper& paper) {
  Table table({{.title = "device"},
               {.title = "name", .shrinks = true},
               {.title = "here"},
               {.title = "threads", .right = true},
               {.title = "SM clock", .right = true},
               {.title = "memory clock", .right = true},
               {.title = "L2", .right = true},
               {.title = "L3", .right = true},
               {.title = "memory", .right = true}});
  const auto clock = [](int megahertz) {
    return megahertz > 0 ? fmt::format("{} MHz", megahertz) : "-";
  };
  std::string sentences;
  const auto say = [&](const std::string& sentence) {
    sentences += wrapped(sentence, static_cast<std::size_t>(std::max(paper.width, 0)), 0) + "\n";
  };
  for (const DeviceFacts& each : list.devices) {
    const Device& device = each.device;
    const bool cpu = device.kind == DeviceKind::cpu;
    table.add({device.id, device.name, device.present ? "yes" : "described",
               cpu ? std::to_string(device.threads) : "-", clock(each.sm_clock_mhz),
               clock(each.memory_clock_mhz), human_bytes(device.l2_bytes),
               cpu ? human_bytes(device.l3_bytes) : "-", human_bytes(device.memory_bytes)});
    if (!cpu && device.present) say(sentence_on(each));
  }
  for (const std::string& sentence : list.missing) say(sentence);
  return table.str(paper) + (sentences.empty() ? "" : "\n") + sentences;
}

std::string rendered(const StoreInfo& info, const Paper& paper) {
  Facts facts;
  facts.add("schema", std::to_string(info.schema_version));
  facts.add("size", human_bytes(info.bytes));
  for (const Machine& each : info.machines) facts.add("machine", each.name);
  for (const Environment& each : info.environments)
    facts.add("environment", fmt::format("{} {}", each.backend, hexadecimal(each.hash())));
  facts.add("problems", std::to_string(info.problems));
  facts.add("candidates", std::to_string(info.candidates));
  facts.add("runs", std::to_string(info.runs));
  facts.add("measurements", std::to_string(info.measurements));
  facts.add("samples", std::to_string(info.samples));
  facts.add("denied", std::to_string(info.denied));
  facts.add("kept offers",
            fmt::format("{}, {}", info.kept_offers, human_bytes(info.kept_offer_bytes)));
  if (info.imported > 0) facts.add("imported runs", std::to_string(info.imported));
  facts.add("content", hexadecimal(info.content));
  return toned(info.path, Tone::strong, paper) + "\n" + facts.str(paper);
}

std::string rendered(const StoreCheck& check, const Paper& paper) {
  if (check.faults.empty()) return toned("ok", Tone::good, paper) + "\n";
  std::string text;
  for (const std::string& fault : check.faults) text += toned(fault, Tone::bad, paper) + "\n";
  return text;
}

}  // namespace convtune
