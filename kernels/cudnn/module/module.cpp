#include "module.hpp"

#include <array>
#include <filesystem>

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
    std::vector<LibraryVersion> all = {{.name = "cuDNN",
                                        .header = header_version(),
                                        .runtime = runtime_version(),
                                        .path = library().path}};
    for (const std::string& part : library().parts)
      if (part != library().path)
        all.push_back({.name = std::filesystem::path(part).filename().string(),
                       .header = {},
                       .runtime = {},
                       .path = part});
    return all;
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
