// What the module shows to the program: one part for each library, and the GPUs.
#include "../../cudnn/module/module.hpp"

#include <kernels/module.hpp>

#include "devices.hpp"

CONVTUNE_MODULE_ENTRY const convtune::Module* convtune_module() {
  static const convtune::Module first = [] {
    convtune::Module module = convtune::cudnn::module();
    module.accelerators = &convtune::cuda::gpus();
    return module;
  }();
  return &first;
}
