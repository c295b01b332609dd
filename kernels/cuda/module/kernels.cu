// The kernel of cuda.reference for the GPU.
#include "definition.hpp"
#include "launch.cuh"

namespace convtune::cuda {

#define CONVTUNE_KERNEL(...) template void launch(const __VA_ARGS__&, const Grid&, void*);
#include "kernels.inc"
#undef CONVTUNE_KERNEL

}  // namespace convtune::cuda
