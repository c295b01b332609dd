#include "vendor_library.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <kernels/shared_library.hpp>

namespace convtune::cuda {
namespace {

namespace fs = std::filesystem;

// The library's parts in `folder`, by name.
std::vector<std::string> parts_in(const fs::path& folder, const VendorFile& what) {
  const std::string ending = what.file.substr(what.file.find(".so"));
  std::vector<std::string> found;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(what.parts) && name.ends_with(ending))
      found.push_back(entry.path().string());
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

VendorLibrary::VendorLibrary(const VendorFile& what) : name_(what.name) {
  const char* const chosen = std::getenv(what.variable);
  if (chosen && *chosen)
    open_chosen(what, chosen);
  else
    open_usual(what);
  if (!handle_ || what.parts.empty()) return;
  parts_ = parts_in(fs::path(path_of_library(handle_)).parent_path(), what);
  for (const std::string& part : parts_)
    if (const std::string cut = why_not_whole(part); !cut.empty() && problem_.empty())
      problem_ = name_ + (" cannot be used (" + cut) + "): install it again";
}

void VendorLibrary::open_chosen(const VendorFile& what, const fs::path& chosen) {
  std::error_code ignored;
  asked_ = fs::is_directory(chosen, ignored) ? (chosen / what.file).string() : chosen.string();
  const SharedLibrary opened = open_shared_library(asked_);
  handle_ = opened.handle;
  if (!handle_)
    problem_ = std::string(what.variable) + " names what is no " + name_ + " (" + opened.problem +
               "): unset it or name " + what.file + " in it";
}

void VendorLibrary::open_usual(const VendorFile& what) {
  asked_ = std::string(what.folder) + "/" + what.file;
  const SharedLibrary there = open_shared_library(asked_);
  handle_ = there.handle;
  if (handle_) return;
  std::error_code ignored;
  const bool spoilt = fs::exists(asked_, ignored);
  asked_ = what.file;
  const SharedLibrary anywhere = open_shared_library(asked_);
  handle_ = anywhere.handle;
  if (!handle_)
    problem_ = std::string(name_) + " was not found (" +
               (spoilt ? there.problem : anywhere.problem) + "): run scripts/setup --cuda, " +
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
  // cuDNN counted thousands until its version 9, which is 90000.
  if (constexpr std::size_t first_of_today = 10000; version < first_of_today)
    version = version / 1000 * 10000 + version % 1000;
  return std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." +
         std::to_string(version % 100);
}

}  // namespace convtune::cuda
