#include "vendor_library.hpp"

#include <cstdlib>
#include <filesystem>

namespace convtune::cuda {
namespace {

namespace fs = std::filesystem;

// nullptr, and why.
void* open_one(const std::string& file, std::string& why) {
  void* const handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  const char* const said = handle ? nullptr : dlerror();
  why = said ? said : file + " cannot be opened";
  return handle;
}

}  // namespace

VendorLibrary::VendorLibrary(const VendorFile& what) : name_(what.name) {
  std::string why;
  if (const char* const chosen = std::getenv(what.variable); chosen && *chosen) {
    std::error_code ignored;
    const fs::path path(chosen);
    asked_ = fs::is_directory(path, ignored) ? (path / what.file).string() : path.string();
    handle_ = open_one(asked_, why);
    if (!handle_)
      problem_ = std::string(what.variable) + " names what is no " + what.name + " (" + why +
                 "): unset it or name " + what.file + " in it";
    return;
  }
  asked_ = std::string(what.folder) + "/" + what.file;
  handle_ = open_one(asked_, why);
  if (handle_) return;
  asked_ = what.file;
  handle_ = open_one(asked_, why);
  if (!handle_)
    problem_ = std::string(what.name) + " was not found (" + why + "): run scripts/setup --cuda, " +
               "install " + what.file + ", or name it in " + what.variable;
}

void VendorLibrary::note(const char* name, const void* found) {
  if (!handle_) return;
  if (Dl_info info{}; found && path_.empty() && dladdr(found, &info) != 0 && info.dli_fname)
    path_ = info.dli_fname;
  if (found) return;
  if (problem_.empty())
    problem_ = asked_ + " is not the " + name_ + " that convtune needs: it lacks " + name;
  else
    problem_ += std::string(", ") + name;
}

std::string VendorLibrary::mismatch(std::size_t header, std::size_t runtime) const {
  if (header == runtime) return {};
  return "convtune was built with " + std::string(name_) + " " + version_text(header) + ", but " +
         path_ + " is " + version_text(runtime) + ": install the same version of both";
}

std::string version_text(std::size_t version) {
  return std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." +
         std::to_string(version % 100);
}

}  // namespace convtune::cuda
