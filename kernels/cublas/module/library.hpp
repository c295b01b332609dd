#pragma once

#include <string>

#include <cublasLt.h>

namespace convtune::cublas {

/// The functions of cuBLASLt that we call, as the opened library has them.
struct Functions {
  decltype(&cublasLtGetVersion) version = nullptr;
  decltype(&cublasLtGetStatusString) status_string = nullptr;
  decltype(&cublasLtCreate) create = nullptr;
  decltype(&cublasLtDestroy) destroy = nullptr;
  decltype(&cublasLtMatmul) matmul = nullptr;
  decltype(&cublasLtMatmulAlgoGetHeuristic) heuristic = nullptr;
  decltype(&cublasLtMatmulDescCreate) description_create = nullptr;
  decltype(&cublasLtMatmulDescDestroy) description_destroy = nullptr;
  decltype(&cublasLtMatmulDescSetAttribute) description_set = nullptr;
  decltype(&cublasLtMatrixLayoutCreate) layout_create = nullptr;
  decltype(&cublasLtMatrixLayoutDestroy) layout_destroy = nullptr;
  decltype(&cublasLtMatrixLayoutSetAttribute) layout_set = nullptr;
  decltype(&cublasLtMatmulPreferenceCreate) preference_create = nullptr;
  decltype(&cublasLtMatmulPreferenceDestroy) preference_destroy = nullptr;
  decltype(&cublasLtMatmulPreferenceSetAttribute) preference_set = nullptr;
};

struct Library {
  Functions call;
  std::string problem;  ///< why it is not usable, one sentence; empty: it is
  std::string path;     ///< of the file that was opened
};

/// cuBLASLt, opened when first asked for: the file or folder in $CONVTUNE_CUBLAS_LIBRARY, else the
/// one that we were built with, else what the system finds. Needs neither a GPU nor a driver.
const Library& library();

std::string header_version();   ///< "13.1.0"
std::string runtime_version();  ///< the same of what is loaded; empty: nothing is

}  // namespace convtune::cublas
