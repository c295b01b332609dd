#pragma once

#include <convtune/implementation.hpp>

namespace convtune::cuda {

/// cublas.im2col_gemm whose plans run on the program's memory, by the emulation.
const Implementation& emulated_im2col_gemm();

/// A GPU for offers.
Device emulated_gpu();

}  // namespace convtune::cuda
