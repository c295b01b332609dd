// What the module shows to the program.
#include <array>

#include <dlfcn.h>

#include <kernels/module.hpp>

#include "../convolution.hpp"
#include "library.hpp"

namespace convtune::onednn {

const Implementation& convolution();

namespace {

class OpenedBackend final : public Backend {
 public:
  std::string_view name() const override { return backend_name; }
  std::string unavailable() const override { return objection(); }

  std::vector<LibraryVersion> libraries() const override {
    return {{.name = "oneDNN",
             .header = header_version(),
             .runtime = runtime_version(),
             .path = library_path()}};
  }

  // A cap on the instruction set is a setting of the library, so its own word counts.
  std::map<std::string, std::string> identity(const Device&) const override {
    return {{"onednn", runtime_version()}, {"onednn_isa", isa()}, {"onednn_threads", runtime()}};
  }
};

}  // namespace
}  // namespace convtune::onednn

extern "C" __attribute__((visibility("default"))) const convtune::Module* convtune_module() {
  using namespace convtune;
  static const onednn::OpenedBackend backend;
  static const std::array<const Implementation*, 1> implementations{&onednn::convolution()};
  static const Module module{.backend = &backend,
                             .implementations = implementations.data(),
                             .implementation_count = implementations.size()};
  return &module;
}
