#include "library.hpp"

#include "../../cuda/module/vendor_library.hpp"

namespace convtune::cublas {
namespace {

Library open() {
  cuda::VendorLibrary opened({.name = "cuBLAS",
                              .file = "libcublasLt.so." + std::to_string(CUBLAS_VER_MAJOR),
                              .variable = "CONVTUNE_CUBLAS_LIBRARY",
                              .folder = CONVTUNE_CUBLAS_FOLDER});
  Library library;
  Functions& call = library.call;
  opened.find("cublasLtGetVersion", call.version);
  opened.find("cublasLtGetStatusString", call.status_string);
  opened.find("cublasLtCreate", call.create);
  opened.find("cublasLtDestroy", call.destroy);
  opened.find("cublasLtMatmul", call.matmul);
  opened.find("cublasLtMatmulAlgoGetHeuristic", call.heuristic);
  opened.find("cublasLtMatmulDescCreate", call.description_create);
  opened.find("cublasLtMatmulDescDestroy", call.description_destroy);
  opened.find("cublasLtMatmulDescSetAttribute", call.description_set);
  opened.find("cublasLtMatrixLayoutCreate", call.layout_create);
  opened.find("cublasLtMatrixLayoutDestroy", call.layout_destroy);
  opened.find("cublasLtMatrixLayoutSetAttribute", call.layout_set);
  opened.find("cublasLtMatmulPreferenceCreate", call.preference_create);
  opened.find("cublasLtMatmulPreferenceDestroy", call.preference_destroy);
  opened.find("cublasLtMatmulPreferenceSetAttribute", call.preference_set);
  library.path = opened.path();
  library.problem = opened.problem();
  if (library.problem.empty()) library.problem = opened.mismatch(CUBLAS_VERSION, call.version());
  return library;
}

}  // namespace

const Library& library() {
  static const Library opened = open();
  return opened;
}

std::string header_version() {
  return cuda::version_text(CUBLAS_VERSION);
}

std::string runtime_version() {
  const Library& opened = library();
  return opened.call.version ? cuda::version_text(opened.call.version()) : "";
}

}  // namespace convtune::cublas
