#include <algorithm>
#include <array>
#include <ranges>

#include <convtune/catalogue.hpp>
#include <db/memory_store.hpp>
#include <db/sqlite_store.hpp>
#include <kernels/gpu.hpp>
#include <kernels/list.hpp>
#include <kernels/outside.hpp>

#include "dnn_library.hpp"

namespace convtune {
namespace {

constexpr std::array families = {"cudnn",  "gemm",        "fft",    "winograd",
                                 "direct", "alternative", "legacy", "reference"};

std::string family_of(const Tags& tags) {
  for (const char* family : families)
    if (std::ranges::find(tags, family) != tags.end()) return family;
  return tags.empty() ? std::string{} : tags.front();
}

std::string module_of(const Implementation& implementation) {
  for (const OutsideModule& module : outside_modules())
    if (std::ranges::find(module.implementations, &implementation) != module.implementations.end())
      return module.path;
  return {};
}

// Of whatever is missing, or there would be another reason after each repair.
std::string why_it_does_not_run(const Implementation& implementation) {
  std::string missing = backend(implementation.backend()).unavailable();
  if (implementation.device() == DeviceKind::cpu) return missing;
  const std::string& no_gpu = why_no_gpu();
  if (no_gpu.empty() || no_gpu == missing) return missing;
  if (missing.empty()) return no_gpu + "; it is listed and guessed for a GPU that is described";
  if (missing.ends_with('.')) missing.pop_back();
  return missing + "; " + no_gpu;
}

std::string kind_of(const Implementation& implementation) {
  const bool gpu = implementation.runs_on(DeviceKind::cuda);
  if (implementation.runs_on(DeviceKind::cpu)) return gpu ? "any" : "cpu";
  return "cuda";
}

}  // namespace

std::vector<CatalogueEntry> catalogue() {
  std::vector<CatalogueEntry> entries;
  for (const Implementation* implementation : all_implementations()) {
    const Tags tags = implementation->tags();
    entries.push_back({.name = std::string(implementation->name()),
                       .revision = implementation->revision(),
                       .device = kind_of(*implementation),
                       .family = family_of(tags),
                       .tags = tags,
                       .backend = std::string(implementation->backend()),
                       .reason = why_it_does_not_run(*implementation),
                       .summary = std::string(implementation->summary()),
                       .module = module_of(*implementation)});
  }
  return entries;
}

std::vector<std::string> unused_modules() {
  std::vector<std::string> sentences;
  for (const OutsideModule& module : outside_modules())
    if (!module.problem.empty()) sentences.push_back(module.problem + ".");
  return sentences;
}

std::string why_unused(const std::string& name) {
  std::string why = "There is no module in " + name + ".";
  for (const OutsideModule& module : std::ranges::reverse_view(outside_modules())) {
    if (std::ranges::find(module.names, name) == module.names.end()) continue;
    if (module.problem.empty()) return {};
    why = module.problem + ".";
  }
  return why;
}

std::vector<std::string> tag_names() {
  return {known_tags().begin(), known_tags().end()};
}

std::string program_version() {
  return CONVTUNE_VERSION;
}

std::vector<LibraryVersion> library_versions() {
  std::vector<LibraryVersion> versions;
  versions.push_back({.name = "SQLite", .header = {}, .runtime = sqlite_version(), .path = {}});
  for (const Backend* each : all_backends()) {
    if (!each->unavailable().empty()) continue;
    for (LibraryVersion& version : with_versions(each->libraries()))
      versions.push_back(std::move(version));
  }
  return versions;
}

std::unique_ptr<const Store> open_store(const Context& context) {
  if (context.database == ":memory:") return make_memory_store();
  const std::string path = context.database.empty() ? default_database() : context.database;
  return open_sqlite_store(path, OpenMode::read);
}

}  // namespace convtune
