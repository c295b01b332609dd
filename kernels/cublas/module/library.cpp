#include "library.hpp"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include <dlfcn.h>

namespace convtune::cublas {
namespace {

namespace fs = std::filesystem;

constexpr const char* choice_variable = "CONVTUNE_CUBLAS_LIBRARY";

const std::string& file_name() {
  static const std::string name = "libcublasLt.so." + std::to_string(CUBLAS_VER_MAJOR);
  return name;
}

struct Opened {
  void* handle = nullptr;
  std::string problem;
};

Opened open_one(const std::string& file) {
  if (void* const handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) return {handle, {}};
  const char* const why = dlerror();
  return {nullptr, why ? why : file + " cannot be opened"};
}

Opened open_file() {
  if (const char* const chosen = std::getenv(choice_variable); chosen && *chosen) {
    std::error_code ignored;
    const fs::path path(chosen);
    Opened opened = open_one(fs::is_directory(path, ignored) ? path / file_name() : path);
    if (!opened.handle)
      opened.problem = std::string(choice_variable) + " names what is no cuBLAS: " + opened.problem;
    return opened;
  }
  if (Opened opened = open_one(std::string(CONVTUNE_CUBLAS_FOLDER) + "/" + file_name());
      opened.handle)
    return opened;
  Opened opened = open_one(file_name());
  if (!opened.handle)
    opened.problem = "cuBLAS " + std::to_string(CUBLAS_VER_MAJOR) + " was not found (" +
                     opened.problem + "): install it or name it in " + choice_variable;
  return opened;
}

/// Finds functions by name and remembers what is missing.
struct Finder {
  void* handle;
  std::string missing = {};

  template <typename Function>
  void operator()(const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(handle, name));
    if (!function) missing += (missing.empty() ? "" : ", ") + std::string(name);
  }
};

std::string version_text(std::size_t version) {
  return std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." +
         std::to_string(version % 100);
}

std::string path_of(const void* function) {
  Dl_info info{};
  return dladdr(function, &info) != 0 && info.dli_fname ? info.dli_fname : "";
}

Library open() {
  Library library;
  auto [handle, problem] = open_file();
  if (!handle) {
    library.problem = std::move(problem);
    return library;
  }
  Finder find{handle};
  Functions& call = library.call;
  find("cublasLtGetVersion", call.version);
  find("cublasLtGetStatusString", call.status_string);
  find("cublasLtCreate", call.create);
  find("cublasLtDestroy", call.destroy);
  find("cublasLtMatmul", call.matmul);
  find("cublasLtMatmulAlgoGetHeuristic", call.heuristic);
  find("cublasLtMatmulDescCreate", call.description_create);
  find("cublasLtMatmulDescDestroy", call.description_destroy);
  find("cublasLtMatmulDescSetAttribute", call.description_set);
  find("cublasLtMatrixLayoutCreate", call.layout_create);
  find("cublasLtMatrixLayoutDestroy", call.layout_destroy);
  find("cublasLtMatrixLayoutSetAttribute", call.layout_set);
  find("cublasLtMatmulPreferenceCreate", call.preference_create);
  find("cublasLtMatmulPreferenceDestroy", call.preference_destroy);
  find("cublasLtMatmulPreferenceSetAttribute", call.preference_set);
  if (call.version) library.path = path_of(reinterpret_cast<const void*>(call.version));
  if (!find.missing.empty()) {
    const char* const chosen = std::getenv(choice_variable);
    library.problem = (!library.path.empty() ? library.path
                       : chosen              ? chosen
                                             : file_name()) +
                      " is not the cuBLAS that convtune needs: it lacks " + find.missing;
    return library;
  }
  if (const std::size_t runtime = call.version(); runtime != CUBLAS_VERSION)
    library.problem = "convtune was built with cuBLAS " + header_version() + ", but " +
                      library.path + " is " + version_text(runtime) +
                      ": install the same version of both";
  return library;
}

}  // namespace

const Library& library() {
  static const Library opened = open();
  return opened;
}

std::string header_version() {
  return version_text(CUBLAS_VERSION);
}

std::string runtime_version() {
  const Library& opened = library();
  return opened.call.version ? version_text(opened.call.version()) : "";
}

}  // namespace convtune::cublas
