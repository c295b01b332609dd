// Whether a module of ours is of the same build as the program that opened it.
#include <kernels/module.hpp>

namespace convtune {

std::string misfit(const Module& module, const std::string& path,
                   std::span<const Implementation* const> faces) {
  for (const Implementation* const face : faces) {
    if (face->backend() != module.backend->name()) continue;
    const std::string name(face->name());
    const Implementation* const there = module.find(name);
    if (there == nullptr) return path + " has no " + name + ": build it again";
    if (there->revision() != face->revision())
      return path + " holds revision " + std::to_string(there->revision()) + " of " + name +
             ", this program has revision " + std::to_string(face->revision()) + ": build it again";
  }
  return {};
}

}  // namespace convtune
