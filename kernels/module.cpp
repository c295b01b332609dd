#include <cstdlib>
#include <filesystem>
#include <vector>

#include <dlfcn.h>

#include <kernels/module.hpp>
#include <kernels/shared_library.hpp>

namespace convtune {
namespace {

namespace fs = std::filesystem;

// The program, or libconvtune.so, or whatever this code became part of.
fs::path folder_of_this_code() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(&open_module), &info) == 0) return {};
  std::error_code failed;
  const fs::path file = fs::canonical(info.dli_fname, failed);
  // A program started through PATH may be known by its bare name only.
  return failed ? fs::canonical("/proc/self/exe", failed).parent_path() : file.parent_path();
}

std::vector<fs::path> module_folders() {
  if (const char* chosen = std::getenv("CONVTUNE_MODULE_DIR"); chosen != nullptr && *chosen != 0)
    return {chosen};
  std::vector<fs::path> folders;
  fs::path above = folder_of_this_code();
  folders.push_back(above / "convtune");  // libconvtune.so beside its folder
  for (int up = 0; up < 3; ++up, above = above.parent_path()) {
    folders.push_back(above / "lib" / "convtune");
    folders.push_back(above / CONVTUNE_LIBDIR / "convtune");
  }
  folders.emplace_back(CONVTUNE_INSTALLED_MODULES);
  return folders;
}

// A program that carries its own copy of the vendor's library has put those names into the global
// scope, where the module's references would find them first. Only then is the module bound deeply:
// otherwise it should share what is global on purpose, such as an OpenMP run time that stands in
// for libgomp.
int scope_beside(const char* vendor_symbol) {
#if defined(__SANITIZE_ADDRESS__)
  (void)vendor_symbol;
  return 0;  // the address sanitizer refuses RTLD_DEEPBIND
#else
  return dlsym(RTLD_DEFAULT, vendor_symbol) != nullptr ? RTLD_DEEPBIND : 0;
#endif
}

OpenedModule open_file(const std::string& name, const fs::path& file, int scope) {
  OpenedModule opened{.path = file.string()};
  const SharedLibrary library = open_shared_library(file.string(), scope);
  if (library.handle == nullptr) {
    opened.problem = "The module " + name + " cannot be opened: " + library.problem;
    return opened;
  }
  const auto entry = reinterpret_cast<ModuleEntry>(dlsym(library.handle, module_entry));
  if (entry == nullptr) {
    opened.problem = file.string() + " is not a convtune module: it has no " + module_entry;
    return opened;
  }
  const Module* module = entry();
  if (module == nullptr) {
    opened.problem = file.string() + " gives no module: its " + module_entry + " returns nothing";
    return opened;
  }
  if (module->interface != module_interface) {
    opened.problem = file.string() + " has module interface " + std::to_string(module->interface) +
                     ", this program has " + std::to_string(module_interface) + ": rebuild it";
    return opened;
  }
  opened.module = module;
  return opened;
}

}  // namespace

OpenedModule open_module(const std::string& name, const char* vendor_symbol) {
  std::string searched;
  for (const fs::path& folder : module_folders()) {
    const fs::path file = folder / (name + ".so");
    std::error_code ignored;
    if (fs::exists(file, ignored)) return open_file(name, file, scope_beside(vendor_symbol));
    if (searched.find(folder.string()) == std::string::npos)
      searched += (searched.empty() ? "" : ", ") + folder.string();
  }
  return {.problem = "The module " + name + " was not found in " + searched};
}

OpenedModule open_module_file(const std::string& file) {
  return open_file(file, file, 0);
}

}  // namespace convtune
