#pragma once

#include <convtune/implementation.hpp>

namespace convtune::cublas {

/// Every candidate of cublas.im2col_gemm for a problem on a GPU, here or only described.
Offer list_candidates(const ConvProblem& problem, const Device& device);

}  // namespace convtune::cublas
