// The kernels of cuda.reference, of checks and of copies, for the GPU.
#include "checksum.hpp"
#include "definition.hpp"
#include "launch.cuh"
#include "plane_copy.hpp"

namespace convtune::cuda {

#define CONVTUNE_KERNEL(...) template void launch(const __VA_ARGS__&, const Grid&, void*);
#include "kernels.inc"
#undef CONVTUNE_KERNEL

}  // namespace convtune::cuda
