// What the module shows to the program: one part for each library.
#include "../../cudnn/module/module.hpp"

#include <kernels/module.hpp>

CONVTUNE_MODULE_ENTRY const convtune::Module* convtune_module() {
  return &convtune::cudnn::module();
}
