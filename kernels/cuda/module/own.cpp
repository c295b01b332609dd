#include "own.hpp"

#include <array>

#include <cuda_runtime_api.h>
#include <dlfcn.h>

#include "reference.hpp"

namespace convtune::cuda {
namespace {

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string runtime_version() {
  int version = 0;
  return cudaRuntimeGetVersion(&version) == cudaSuccess ? version_text(version) : "";
}

std::string path_of_module() {
  Dl_info info{};
  const auto* const here = reinterpret_cast<const void*>(&own_module);
  return dladdr(here, &info) != 0 && info.dli_fname ? info.dli_fname : "";
}

class OwnBackend final : public Backend {
 public:
  std::string_view name() const override { return "cuda"; }
  std::string unavailable() const override { return {}; }

  std::vector<LibraryVersion> libraries() const override {
    return {{.name = "CUDA run time",
             .header = version_text(CUDART_VERSION),
             .runtime = runtime_version(),
             .path = path_of_module()}};
  }

  std::map<std::string, std::string> identity(const Device&) const override {
    return {{"cuda_runtime", runtime_version()}};
  }
};

}  // namespace

Module own_module() {
  static const OwnBackend backend;
  static const std::array<const Implementation*, 1> implementations{&reference()};
  return {.backend = &backend,
          .implementations = implementations.data(),
          .implementation_count = implementations.size()};
}

}  // namespace convtune::cuda
