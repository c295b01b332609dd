// The kernels of cublas.im2col_gemm for the GPU.
#include "../../cuda/module/launch.cuh"
#include "col2im.hpp"
#include "finish.hpp"
#include "im2col.hpp"

namespace convtune {

#define CONVTUNE_KERNEL(...) \
  template void cuda::launch(const cublas::__VA_ARGS__&, const cuda::Grid&, void*);
#include "kernels.inc"
#undef CONVTUNE_KERNEL

}  // namespace convtune
