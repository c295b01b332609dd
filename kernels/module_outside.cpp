// Kernels that others wrote: modules that the user names, listed after our own.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include <kernels/list.hpp>
#include <kernels/module.hpp>
#include <kernels/outside.hpp>

namespace convtune {
namespace {

namespace fs = std::filesystem;

/// FNV-1a of what the file holds: a module that was built again is another one.
std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::uint64_t hash = 0xcbf29ce484222325;
  for (char byte = 0; file.get(byte);)
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  std::ostringstream text;
  text << std::hex << hash;
  return text.str();
}

/// The module's own backend, and the module itself as one of the libraries that times depend on.
class OutsideBackend final : public Backend {
 public:
  OutsideBackend(const Module& module, std::string path)
      : module_(module), path_(std::move(path)), content_(content_of(path_)) {}

  std::string_view name() const override { return module_.backend->name(); }
  std::string unavailable() const override { return module_.backend->unavailable(); }

  std::vector<LibraryVersion> libraries() const override {
    std::vector<LibraryVersion> all = module_.backend->libraries();
    all.push_back({.name = "module " + std::string(name()),
                   .header = {},
                   .runtime = module_.version,
                   .path = path_});
    return all;
  }

  std::map<std::string, std::string> identity(const Device& device) const override {
    std::map<std::string, std::string> all = module_.backend->identity(device);
    all["module_version"] = module_.version;
    all["module_content"] = content_;
    return all;
  }

 private:
  const Module& module_;
  std::string path_, content_;
};

/// Letters, digits and underscores, a letter first; `dots`: such words joined by dots.
bool well_formed(std::string_view name, bool dots) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  bool starts = true, dotted = false;
  for (const char c : name) {
    if (c == '.' && dots && !starts) {
      starts = dotted = true;
      continue;
    }
    if (!(starts ? letter(c) : inner(c))) return false;
    starts = false;
  }
  return !starts && dotted == dots;
}

template <class Named>
bool has(std::span<const Named* const> all, std::string_view name) {
  return std::ranges::find(all, name, &Named::name) != all.end();
}

std::string quoted(std::string_view name) {
  return "'" + std::string(name) + "'";
}

class Collection {
 public:
  /// What `name` leads to: a file, or the files of a folder.
  void add(const std::string& name) {
    if (fs::is_directory(name))
      add_folder(name);
    else
      add_file(name, name);
  }

  std::vector<OutsideModule> take() { return std::move(modules_); }

 private:
  void add_folder(const std::string& name) {
    std::vector<fs::path> files;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(name, failed))
      if (entry.path().extension() == ".so") files.push_back(entry.path());
    std::ranges::sort(files);
    for (const fs::path& file : files) add_file(file, name);
  }

  void add_file(const fs::path& given, const std::string& name) {
    std::error_code failed;
    const fs::path file = fs::canonical(given, failed);
    if (failed) {
      modules_.push_back({.path = given.string(),
                          .problem = "The module " + given.string() + " is not there",
                          .names = {name}});
      return;
    }
    const auto there = std::ranges::find(modules_, file.string(), &OutsideModule::path);
    if (there != modules_.end()) {
      there->names.push_back(name);
      return;
    }
    OpenedModule opened = open_module_file(file.string());
    OutsideModule& added = modules_.emplace_back(
        OutsideModule{.path = file.string(), .problem = opened.problem, .names = {name}});
    if (opened.module == nullptr) return;
    std::string wrong = objection(*opened.module);
    if (!wrong.empty()) {
      added.problem = "The module " + added.path + " is not used: " + wrong;
      return;
    }
    added.backend = std::make_shared<OutsideBackend>(*opened.module, added.path);
    const std::span all(opened.module->implementations, opened.module->implementation_count);
    added.implementations.assign(all.begin(), all.end());
  }

  std::string objection(const Module& module) const {
    if (module.version == nullptr || *module.version == 0) return "it does not say its version";
    if (module.backend == nullptr || module.implementations == nullptr ||
        module.implementation_count == 0)
      return "it gives no implementations";
    const std::string_view backend = module.backend->name();
    if (!well_formed(backend, false))
      return quoted(backend) + " is not the name of a backend, which is a word like 'cpu'";
    if (has(own_backends(), backend) || taken(backend))
      return "there already is a backend " + quoted(backend);
    const std::span all(module.implementations, module.implementation_count);
    for (const Implementation* each : all)
      if (std::string wrong = objection(each, all, backend); !wrong.empty()) return wrong;
    return {};
  }

  std::string objection(const Implementation* each, std::span<const Implementation* const> all,
                        std::string_view backend) const {
    if (each == nullptr) return "one of its implementations is a null pointer";
    const std::string_view name = each->name();
    if (!well_formed(name, true))
      return quoted(name) + " is not the name of an implementation, which is like 'cpu.reference'";
    const auto same = [&](const Implementation* other) { return other && other->name() == name; };
    const bool twice = std::ranges::count_if(all, same) > 1;
    if (twice || has(own_implementations(), name) ||
        std::ranges::any_of(modules_, [&](const OutsideModule& module) {
          return std::ranges::any_of(module.implementations, same);
        }))
      return "there already is an implementation " + quoted(name);
    if (each->backend() != backend)
      return quoted(name) + " names the backend " + quoted(each->backend()) + ", the module's is " +
             quoted(backend);
    return {};
  }

  bool taken(std::string_view backend) const {
    return std::ranges::any_of(modules_, [&](const OutsideModule& module) {
      return module.backend != nullptr && module.backend->name() == backend;
    });
  }

  std::vector<OutsideModule> modules_;
};

}  // namespace

std::vector<OutsideModule> open_outside_modules(const std::string& names) {
  Collection collection;
  std::istringstream each(names);
  for (std::string name; std::getline(each, name, ':');)
    if (!name.empty()) collection.add(name);
  return collection.take();
}

std::span<const OutsideModule> outside_modules() {
  static const std::vector<OutsideModule> opened = [] {
    const char* const names = std::getenv("CONVTUNE_MODULES");
    return open_outside_modules(names != nullptr ? names : "");
  }();
  return opened;
}

}  // namespace convtune
