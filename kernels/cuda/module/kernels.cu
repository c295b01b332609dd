// The kernels of cuda.reference and of checks, for the GPU.
#include "checksum.hpp"
#include "definition.hpp"
#include "launch.cuh"

namespace convtune::cuda {

#define CONVTUNE_KERNEL(...) template void launch(const __VA_ARGS__&, const Grid&, void*);
#include "kernels.inc"
#undef CONVTUNE_KERNEL

}  // namespace convtune::cuda
