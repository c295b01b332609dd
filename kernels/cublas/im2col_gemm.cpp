#include "im2col_gemm.hpp"

#include "../cuda/shared/in_module.hpp"

namespace convtune {

const Implementation& cublas_im2col_gemm() {
  static const cuda::InModule<cublas::Im2colGemmFace> instance;
  return instance;
}

}  // namespace convtune
