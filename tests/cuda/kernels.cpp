// The kernels of the module, compiled for the emulation.
#include "../../kernels/cublas/module/col2im.hpp"
#include "../../kernels/cublas/module/finish.hpp"
#include "../../kernels/cublas/module/im2col.hpp"
#include "../../kernels/cuda/module/checksum.hpp"
#include "../../kernels/cuda/module/definition.hpp"
#include "../../kernels/cuda/module/plane_copy.hpp"
#include "emulation/emulation.hpp"

namespace convtune::cuda {

template <class Kernel>
void launch(const Kernel& kernel, const Grid& grid, void* stream) {
  emulate(kernel, grid, stream);
}

#define CONVTUNE_KERNEL(...) template void launch(const __VA_ARGS__&, const Grid&, void*);
#include "../../kernels/cuda/module/kernels.inc"
#undef CONVTUNE_KERNEL

}  // namespace convtune::cuda

namespace convtune {

#define CONVTUNE_KERNEL(...) \
  template void cuda::launch(const cublas::__VA_ARGS__&, const cuda::Grid&, void*);
#include "../../kernels/cublas/module/kernels.inc"
#undef CONVTUNE_KERNEL

}  // namespace convtune
