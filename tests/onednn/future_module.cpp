// A module made for an interface that is not ours.
#include <kernels/module.hpp>

extern "C" __attribute__((visibility("default"))) const convtune::Module* convtune_module() {
  static const convtune::Module module{.interface = convtune::module_interface + 1};
  return &module;
}
