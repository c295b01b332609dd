// Whether a module of ours is of the same build as the program that opened it.
#include <fmt/format.h>

#include <kernels/module.hpp>

namespace convtune {

std::string misfit(const Module& module, const std::string& path,
                   std::span<const Implementation* const> faces) {
  for (const Implementation* const face : faces) {
    if (face->backend() != module.backend->name()) continue;
    const std::string name(face->name());
    const Implementation* const there = module.find(name);
    if (there == nullptr) return fmt::format("{} has no {}: build it again", path, name);
    if (there->revision() != face->revision())
      return fmt::format("{} holds revision {} of {}, this program has revision {}: build it again",
                         path, there->revision(), name, face->revision());
  }
  return {};
}

}  // namespace convtune
