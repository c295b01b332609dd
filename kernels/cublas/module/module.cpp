#include "module.hpp"

#include <array>

#include "library.hpp"

namespace convtune::cublas {
namespace {

class OpenedBackend final : public Backend {
 public:
  std::string_view name() const override { return "cublas"; }
  std::string unavailable() const override { return library().problem; }

  std::vector<LibraryVersion> libraries() const override {
    return {{.name = "cuBLAS",
             .header = header_version(),
             .runtime = runtime_version(),
             .path = library().path}};
  }

  std::map<std::string, std::string> identity(const Device&) const override {
    return {{"cublas", runtime_version()}};
  }
};

}  // namespace

Module module() {
  static const OpenedBackend backend;
  static const std::array<const Implementation*, 1> implementations{&gemm()};
  return {.backend = &backend,
          .implementations = implementations.data(),
          .implementation_count = implementations.size()};
}

}  // namespace convtune::cublas
