// The backend as the program sees it: it opens the module, and asks it.
#include "backend.hpp"

#include <kernels/list.hpp>

#include "convolution.hpp"

namespace convtune::onednn {
namespace {

Library open() {
  const OpenedModule opened = open_module(module_name, "dnnl_version");
  if (opened.module == nullptr)
    return {.problem = opened.problem +
                       ". oneDNN needs libdnnl-dev when convtune is built and "
                       "libdnnl2 when it runs; scripts/setup installs both."};
  std::string problem = misfit(*opened.module, opened.path, own_implementations());
  if (problem.empty()) problem = opened.module->backend->unavailable();
  return {problem.empty() ? opened.module : nullptr, problem};
}

class OnednnBackend final : public Backend {
 public:
  std::string_view name() const override { return backend_name; }
  std::string unavailable() const override { return library().problem; }

  std::vector<LibraryVersion> libraries() const override {
    const Module* module = library().module;
    return module ? module->backend->libraries() : std::vector<LibraryVersion>{};
  }

  std::map<std::string, std::string> identity(const Device& device) const override {
    const Module* module = library().module;
    return module ? module->backend->identity(device) : std::map<std::string, std::string>{};
  }
};

}  // namespace

const Library& library() {
  static const Library opened = open();
  return opened;
}

}  // namespace convtune::onednn

namespace convtune {

const Backend& onednn_backend() {
  static const onednn::OnednnBackend instance;
  return instance;
}

}  // namespace convtune
