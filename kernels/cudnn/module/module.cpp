#include "module.hpp"

#include <array>

#include "library.hpp"

namespace convtune::cudnn {

const Implementation& algorithm();
const Implementation& engine();

namespace {

class OpenedBackend final : public Backend {
 public:
  std::string_view name() const override { return "cudnn"; }
  std::string unavailable() const override { return library().problem; }

  std::vector<LibraryVersion> libraries() const override {
    return {{.name = "cuDNN",
             .header = header_version(),
             .runtime = runtime_version(),
             .path = library().path}};
  }

  std::map<std::string, std::string> identity(const Device&) const override {
    return {{"cudnn", runtime_version()}};
  }
};

}  // namespace

const Module& module() {
  static const OpenedBackend backend;
  static const std::array<const Implementation*, 2> implementations{&algorithm(), &engine()};
  static const Module module{.backend = &backend,
                             .implementations = implementations.data(),
                             .implementation_count = implementations.size()};
  return module;
}

}  // namespace convtune::cudnn
