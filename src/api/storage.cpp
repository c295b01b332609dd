#include <algorithm>
#include <ctime>
#include <fstream>
#include <iostream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <convtune/catalogue.hpp>
#include <convtune/error.hpp>
#include <convtune/storage.hpp>
#include <db/exchange.hpp>
#include <db/memory_store.hpp>
#include <db/sqlite_store.hpp>
#include <kernels/list.hpp>

#include "glob.hpp"
#include "rooms.hpp"

namespace convtune {
namespace {

std::string path_of(const Context& context) {
  return context.database.empty() ? default_database() : context.database;
}

std::unique_ptr<Store> writable(const Context& context) {
  const std::string path = path_of(context);
  if (path == ":memory:") return make_memory_store();
  return open_sqlite_store(path, OpenMode::write);
}

void add(Transfer& sum, const std::string& file, Exchanged part) {
  sum.runs += part.runs;
  sum.known += part.known;
  sum.denials += part.denials;
  sum.rejected += part.rejected;
  for (std::string& fault : part.faults)
    sum.faults.push_back(file.empty() ? std::move(fault) : fmt::format("'{}': {}", file, fault));
}

void collect(std::vector<std::string>& warnings, Store& store) {
  for (std::string& warning : store.warnings()) warnings.push_back(std::move(warning));
}

}  // namespace

Transfer export_store(const Context& context,
                      const std::function<void(const std::string& line)>& write) {
  Transfer transfer;
  const std::string path = path_of(context);
  const std::unique_ptr<Store> store =
      path == ":memory:" ? make_memory_store() : open_sqlite_store(path, OpenMode::read);
  add(transfer, "", export_lines(*store, program_version(), write));
  collect(transfer.warnings, *store);
  return transfer;
}

Transfer import_into_store(const Context& context, const std::vector<std::string>& files) {
  Transfer transfer;
  const auto store = writable(context);
  for (const std::string& file : files) {
    if (file == "-") {
      add(transfer, "", import_lines(std::cin, "standard input", *store));
      continue;
    }
    std::ifstream lines(file, std::ios::binary);
    if (!lines) throw Error(ErrorCode::bad_input, fmt::format("'{}' cannot be read.", file));
    add(transfer, "", import_lines(lines, file, *store));
  }
  collect(transfer.warnings, *store);
  return transfer;
}

Transfer merge_into_store(const Context& context, const std::vector<std::string>& files) {
  Transfer transfer;
  const auto store = writable(context);
  for (const std::string& file : files) {
    const auto other = open_foreign_store(file);
    add(transfer, file, merge(*other, *store));
    collect(transfer.warnings, *other);
  }
  collect(transfer.warnings, *store);
  return transfer;
}

void back_up_store(const Context& context, const std::string& file, bool replace) {
  back_up_sqlite_store(path_of(context), file, replace);
}

Denial deny(const Context& context, Denial denial) {
  if (const std::string& backend = denial.range.backend; !backend.empty()) {
    std::vector<std::string_view> names;
    for (const Backend* each : all_backends()) names.push_back(each->name());
    if (std::ranges::find(names, backend) == names.end())
      throw Error(ErrorCode::bad_input, fmt::format("There is no backend '{}'; there are {}.",
                                                    backend, fmt::join(names, ", ")));
  }
  denial.origin = DenialOrigin::hand;
  denial.filed_unix = static_cast<std::int64_t>(std::time(nullptr));
  const auto store = writable(context);
  const std::int64_t id = store->deny(denial);
  for (const Denial& each : store->denials())
    if (each.id == id) return each;
  return denial;
}

bool may_match_candidates(const Context& context, const std::string& pattern) {
  for (const Implementation* each : all_implementations()) {
    const std::string name(each->name());
    if (matches(pattern, name) || may_match_behind(pattern, name + "/")) return true;
  }
  const auto store = open_store(context);
  for (const ConvProblem& problem : store->problems())
    for (const Run& run : store->runs(problem))
      for (const Measurement& measurement : run.measurements)
        if (matches(pattern, text(measurement.candidate))) return true;
  return false;
}

std::optional<Denial> lift(const Context& context, std::int64_t id) {
  const auto store = writable(context);
  for (const Denial& each : store->denials())
    if (each.id == id && store->lift(id)) return each;
  return std::nullopt;
}

}  // namespace convtune
