#pragma once

#include <convtune/module.hpp>

namespace convtune::cublas {

/// cublas.im2col_gemm where cuBLAS can be opened.
const Implementation& gemm();

/// cuBLAS's part of the module convtune_cuda.
Module module();

}  // namespace convtune::cublas
