// What the module shows to the program: one part for each library, and the GPUs.
#include "../../cublas/module/module.hpp"

#include <kernels/module.hpp>

#include "../../cudnn/module/module.hpp"
#include "devices.hpp"
#include "own.hpp"

namespace {

using convtune::Module;

Module before(const Module* next, Module part) {
  part.next = next;
  return part;
}

}  // namespace

CONVTUNE_MODULE_ENTRY const convtune::Module* convtune_module() {
  static const Module own = convtune::cuda::own_module();
  static const Module cublas = before(&own, convtune::cublas::module());
  static const Module cudnn = [] {
    Module first = before(&cublas, convtune::cudnn::module());
    first.accelerators = &convtune::cuda::gpus();
    return first;
  }();
  return &cudnn;
}
