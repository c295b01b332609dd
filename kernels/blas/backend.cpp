#include <filesystem>
#include <sstream>

#include <dlfcn.h>

#include <kernels/shared_library.hpp>

#include "library.hpp"

namespace convtune::blas {
namespace {

constexpr const char* advice = "Install libopenblas0-openmp.";
constexpr int openmp_threads = 2;  // what openblas_get_parallel says for the OpenMP variant

template <class Function>
Function* symbol(void* handle, const char* name) {
  return reinterpret_cast<Function*>(dlsym(handle, name));
}

std::string path_of(void* function) {
  Dl_info info{};
  if (function == nullptr || dladdr(function, &info) == 0) return {};
  std::error_code ignored;
  const auto path = std::filesystem::canonical(info.dli_fname, ignored);
  return ignored ? info.dli_fname : path.string();
}

bool uses_openmp(void* handle) {
  auto* parallel = symbol<int()>(handle, "openblas_get_parallel");
  return parallel != nullptr && parallel() == openmp_threads;
}

// Debian's alternatives may point at the pthread variant, whose pool would fight with OpenMP's; the
// OpenMP variant then lies in the folder beside it.
void* open_openmp_variant(std::string& problem) {
  const SharedLibrary usual = open_shared_library("libopenblas.so.0");
  if (usual.handle == nullptr) {
    problem = "OpenBLAS cannot be opened (" + usual.problem + "). " + advice;
    return nullptr;
  }
  void* handle = usual.handle;
  if (uses_openmp(handle)) return handle;
  const std::filesystem::path found = path_of(dlsym(handle, "cblas_sgemm"));
  dlclose(handle);
  const auto beside = found.parent_path().parent_path() / "openblas-openmp" / "libopenblas.so.0";
  handle = open_shared_library(beside.string()).handle;
  if (handle != nullptr && uses_openmp(handle)) return handle;
  problem = "The OpenBLAS at " + found.string() +
            " has a thread pool of its own that would fight with OpenMP's. " + advice;
  return nullptr;
}

// "OpenBLAS 0.3.21 NO_LAPACKE ..." -> "0.3.21".
std::string version_in(const std::string& configuration) {
  std::istringstream words(configuration);
  std::string name, version;
  words >> name >> version;
  return version;
}

Library open() {
  Library found;
  void* handle = open_openmp_variant(found.problem);
  if (handle == nullptr) return found;
  found.f32 = {symbol<Gemm<float>>(handle, "cblas_sgemm"),
               symbol<Gemv<float>>(handle, "cblas_sgemv"),
               symbol<Ger<float>>(handle, "cblas_sger")};
  found.f64 = {symbol<Gemm<double>>(handle, "cblas_dgemm"),
               symbol<Gemv<double>>(handle, "cblas_dgemv"),
               symbol<Ger<double>>(handle, "cblas_dger")};
  auto* configuration = symbol<char*()>(handle, "openblas_get_config");
  auto* core = symbol<char*()>(handle, "openblas_get_corename");
  found.path = path_of(reinterpret_cast<void*>(found.f32.gemm));
  if (configuration != nullptr) found.version = version_in(configuration());
  if (core != nullptr) found.core = core();
  const bool complete = found.f32.gemm && found.f32.gemv && found.f32.ger && found.f64.gemm &&
                        found.f64.gemv && found.f64.ger && configuration && core;
  if (!complete)
    found.problem = "The OpenBLAS at " + found.path + " lacks CBLAS routines. " + advice;
  return found;
}

class BlasBackend final : public Backend {
 public:
  std::string_view name() const override { return "blas"; }
  std::string unavailable() const override { return library().problem; }

  std::vector<LibraryVersion> libraries() const override {
    const Library& opened = library();
    return {{.name = "OpenBLAS", .header = {}, .runtime = opened.version, .path = opened.path}};
  }

  // The core type decides the kernels, and the library guesses it wrong on new processors: two
  // processes that set OPENBLAS_CORETYPE differently are two environments.
  std::map<std::string, std::string> identity(const Device&) const override {
    const Library& opened = library();
    return {{"openblas", opened.version}, {"openblas_core", opened.core}};
  }
};

}  // namespace

const Library& library() {
  static const Library opened = open();
  return opened;
}

}  // namespace convtune::blas

namespace convtune {

const Backend& blas_backend() {
  static const blas::BlasBackend instance;
  return instance;
}

}  // namespace convtune
