// Any text is an export: what is taken over exports again, and that imports to the same without a
// word. Hashes are put right first, as somebody would who writes exports himself.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>

#include <convtune/error.hpp>
#include <db/exchange.hpp>
#include <db/memory_store.hpp>

#include "json.hpp"
#include "require.hpp"

namespace {

using namespace convtune;

std::string sealed(const std::string& line) {
  try {
    auto json = nlohmann::ordered_json::parse(line);
    if (!json.is_object()) return line;
    if (json.contains("run"))
      json["run"]["content"] = db::hexadecimal(db::content(db::unsealed_run_from(json["run"])));
    if (json.contains("denial"))
      json["denial"]["content"] =
          db::hexadecimal(db::content(db::denials(), db::unsealed_denial_from(json["denial"])));
    return json.dump();
  } catch (const std::exception&) {
    return line;
  }
}

std::string all_sealed(const std::string& text) {
  std::istringstream lines(text);
  std::string all;
  for (std::string line; std::getline(lines, line);) all += sealed(line) + "\n";
  return all;
}

Exchanged take(const std::string& text, Store& into) {
  std::istringstream lines(text);
  const Exchanged taken = import_lines(lines, "input", into);
  for (const std::string& fault : taken.faults) require(fault.starts_with("input:"), fault);
  return taken;
}

void round_trip(const std::string& text) {
  const auto store = make_memory_store(), copy = make_memory_store();
  try {
    take(text, *store);
  } catch (const Error& error) {
    const std::string what = error.what();
    require(error.code() == ErrorCode::bad_input && what.starts_with("input:1: "), what);
  }
  std::string again;
  export_lines(*store, "0", [&](const std::string& line) { again += line + "\n"; });
  const Exchanged taken = take(again, *copy);
  require(taken.rejected == 0, taken.faults.empty() ? again : taken.faults.front());
  require(copy->info().content == store->info().content, "other contents: " + again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  // Nesting is limited by the importer, not where this harness parses for itself.
  round_trip(text);
  if (std::count(text.begin(), text.end(), '[') + std::count(text.begin(), text.end(), '{') < 500)
    round_trip(all_sealed(text));
  return 0;
}
