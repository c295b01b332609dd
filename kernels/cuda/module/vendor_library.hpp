#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <dlfcn.h>

namespace convtune::cuda {

/// A library of NVIDIA's that is opened at run time.
struct VendorFile {
  const char* name;      ///< "cuDNN"
  std::string file;      ///< "libcudnn.so.9"
  const char* variable;  ///< by which a user names another file, or its folder
  const char* folder;    ///< where it lay when we were built
  /// How the names of the files beside it begin that it opens itself ("libcudnn"); they end as its
  /// own does. Empty: it opens none.
  std::string parts = {};
};

/// One of them, opened with local symbols: the one that its variable names, else the one that we
/// were built with, else what the system finds. Needs neither a GPU nor a driver. Stays open. Not
/// usable where one of its parts is cut off: opening that would end the program.
class VendorLibrary {
 public:
  explicit VendorLibrary(const VendorFile& what);

  /// `function` by its name; remembers what is missing, and from the first one the path.
  template <typename Function>
  void find(const char* name, Function& function) {
    void* const found = handle_ ? dlsym(handle_, name) : nullptr;
    function = reinterpret_cast<Function>(found);
    note(name, found);
  }

  /// Why it is not usable, one sentence; empty: it was opened and nothing was missing.
  const std::string& problem() const { return problem_; }
  /// Of the file that was opened.
  const std::string& path() const { return path_; }
  /// The files beside it that it opens itself, and its own; empty where it opens none.
  const std::vector<std::string>& parts() const { return parts_; }
  /// Why a library of version `runtime` does not go with headers of version `header`; empty: it
  /// does. Versions as NVIDIA writes them: 10000 major + 100 minor + patch.
  std::string mismatch(std::size_t header, std::size_t runtime) const;

 private:
  void open_chosen(const VendorFile& what, const std::filesystem::path& chosen);
  void open_usual(const VendorFile& what);
  void note(const char* name, const void* found);

  const char* name_;
  void* handle_ = nullptr;
  std::string asked_, path_, problem_;
  std::vector<std::string> parts_;
};

/// 91900: "9.19.0".
std::string version_text(std::size_t version);

}  // namespace convtune::cuda
