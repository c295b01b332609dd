#pragma once

#include <kernels/module.hpp>

namespace convtune::cuda {

/// What of the module convtune_cuda has one backend; opened by the first call.
struct Part {
  const Module* module = nullptr;  ///< nullptr: not usable
  std::string problem;             ///< why not: one sentence
};
Part part(const std::string& backend);

/// What the module reaches of devices, whether or not its libraries are usable.
struct Reach {
  const Accelerators* accelerators = nullptr;  ///< nullptr: there is no module
  std::string problem;                         ///< why not: one sentence
};
Reach reach();

/// A backend of the module, as the program sees it.
class ModuleBackend : public Backend {
 public:
  explicit ModuleBackend(std::string name) : name_(std::move(name)) {}

  std::string_view name() const override { return name_; }
  std::string unavailable() const override { return part(name_).problem; }
  std::vector<LibraryVersion> libraries() const override;
  std::map<std::string, std::string> identity(const Device& device) const override;

 private:
  std::string name_;
};

}  // namespace convtune::cuda
