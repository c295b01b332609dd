#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <report/json.hpp>
#include <report/storage.hpp>
#include <report/units.hpp>

#include "values.hpp"

namespace convtune {
namespace {

std::string where(const DenialRange& range) {
  std::string text = range.backend.empty() ? "everywhere" : range.backend;
  if (range.environment) text = "environment " + hexadecimal(*range.environment);
  if (range.environment && !range.backend.empty()) text += " of " + range.backend;
  return text;
}

std::string date(std::int64_t unix_seconds) {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(unix_seconds)));
}

}  // namespace

std::string json(const std::string& what, const Transfer& transfer) {
  return dumped({{"schema", "convtune.db/1"},
                 {"done", what},
                 {"runs", transfer.runs},
                 {"known", transfer.known},
                 {"denials", transfer.denials},
                 {"rejected", transfer.rejected}});
}

std::string rendered(const std::string& what, const Transfer& transfer) {
  std::string text =
      fmt::format("{}: {} new, {} known", what, counted(transfer.runs, "run"), transfer.known);
  if (transfer.denials > 0) text += fmt::format(", {}", counted(transfer.denials, "denial"));
  if (transfer.rejected > 0) text += fmt::format(", {} left out", transfer.rejected);
  return text + "\n";
}

std::string json(const Pruned& pruned, bool dry_run) {
  return dumped({{"schema", "convtune.db/1"},
                 {"done", dry_run ? "nothing" : "prune"},
                 {"runs", pruned.runs},
                 {"protected", pruned.protected_runs},
                 {"stale_answers", pruned.stale_answers},
                 {"left", pruned.left},
                 {"bytes_before", pruned.bytes_before},
                 {"bytes_after", pruned.bytes_after},
                 {"offers", pruned.offers}});
}

std::string rendered(const Pruned& pruned, bool dry_run) {
  std::string text = fmt::format("{} {}, {} left\n", counted(pruned.runs, "run"),
                                 dry_run ? "would be removed" : "removed", pruned.left);
  if (pruned.offers > 0)
    text += fmt::format("{} {}\n", counted(pruned.offers, "kept offer"),
                        dry_run ? "would be forgotten" : "forgotten");
  if (pruned.stale_answers > 0)
    text += fmt::format("{} of older environments {} with them\n",
                        counted(pruned.stale_answers, "answer"), dry_run ? "would go" : "went");
  if (pruned.protected_runs > 0)
    text += fmt::format("{} stayed: answers need them\n", counted(pruned.protected_runs, "run"));
  if (!dry_run && pruned.runs + pruned.offers > 0)
    text += fmt::format("{} now, {} before\n", human_bytes(pruned.bytes_after),
                        human_bytes(pruned.bytes_before));
  return text;
}

std::string json(const std::vector<Denial>& denials) {
  Json all = Json::array();
  for (const Denial& each : denials)
    all.push_back(
        {{"id", each.id},
         {"pattern", each.pattern},
         {"backend", text_or_null(each.range.backend)},
         {"environment",
          each.range.environment ? Json(hexadecimal(*each.range.environment)) : Json(nullptr)},
         {"reason", each.reason},
         {"origin", name(each.origin)},
         {"filed_unix", each.filed_unix},
         {"in_force", !each.imported}});
  return dumped({{"schema", "convtune.db/1"}, {"denials", std::move(all)}});
}

std::string rendered(const std::vector<Denial>& denials, const Paper& paper) {
  if (denials.empty()) return "nothing is denied\n";
  Table table({{.title = "number", .right = true},
               {.title = "candidates", .shrinks = true},
               {.title = "where", .shrinks = true},
               {.title = "origin"},
               {.title = "since"},
               {.title = "reason", .shrinks = true}});
  for (const Denial& each : denials)
    table.add({std::to_string(each.id), each.pattern, where(each.range),
               std::string(name(each.origin)), date(each.filed_unix),
               each.imported ? each.reason + " (imported: not in force)" : each.reason});
  return table.str(paper);
}

std::string json(const StoreInfo& info, const StoreInfo& system) {
  Json object = Json::parse(json(info));
  object["system"] = Json::parse(json(system));
  return dumped(object);
}

}  // namespace convtune
