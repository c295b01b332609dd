#include "opened.hpp"

#include <algorithm>

#include <kernels/list.hpp>
#include <kernels/shared_library.hpp>

namespace convtune::cuda {
namespace {

constexpr const char* module_name = "convtune_cuda";

// CUDA's run time in the module and cuDNN open the driver themselves, whatever it is.
OpenedModule open() {
  constexpr const char* driver = "libcuda.so.1";
  if (const std::string cut = why_not_whole(driver); !cut.empty())
    return {.path = driver,
            .problem = "The module convtune_cuda is not used beside a driver that is broken: " +
                       cut + ": install NVIDIA's driver again"};
  return open_module(module_name, "cudnnGetVersion");
}

const OpenedModule& opened() {
  static const OpenedModule module = open();
  return module;
}

std::string why_not_opened() {
  if (!opened().path.empty()) return opened().problem;
  return opened().problem +
         ": run scripts/setup --cuda, or name an installed cuDNN 9 in CUDNN_ROOT, and build "
         "convtune again";
}

}  // namespace

Reach reach() {
  if (opened().module == nullptr) return {.problem = why_not_opened()};
  return {.accelerators = opened().module->accelerators};
}

Part part(const std::string& backend) {
  if (opened().module == nullptr) return {.problem = why_not_opened()};
  const Module* const found = opened().module->with_backend(backend);
  if (found == nullptr)
    return {.problem = opened().path + " has nothing for " + backend + ": build it again"};
  std::string problem = misfit(*found, opened().path, own_implementations());
  if (problem.empty()) problem = found->backend->unavailable();
  return {problem.empty() ? found : nullptr, problem};
}

std::vector<LibraryVersion> ModuleBackend::libraries() const {
  const Module* const found = opened().module ? opened().module->with_backend(name_) : nullptr;
  if (!found) return {};
  std::vector<LibraryVersion> all = found->backend->libraries();
  // Which headers it was built with is read from the module, so its file counts as well.
  if (std::ranges::none_of(all, [](const auto& e) { return e.path == opened().path; }))
    all.push_back({.name = module_name, .header = {}, .runtime = {}, .path = opened().path});
  return all;
}

std::map<std::string, std::string> ModuleBackend::identity(const Device& device) const {
  const Part found = part(name_);
  return found.module ? found.module->backend->identity(device)
                      : std::map<std::string, std::string>{};
}

}  // namespace convtune::cuda
