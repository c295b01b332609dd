#pragma once

#include <convtune/implementation.hpp>

namespace convtune::cublas {

inline constexpr const char* im2col_gemm_name = "cublas.im2col_gemm";

/// What every build knows of cublas.im2col_gemm, with the module or without: Theano's GpuCorrMM
/// and GpuCorr3dMM.
class Im2colGemmFace : public Implementation {
 public:
  std::string_view name() const override { return im2col_gemm_name; }
  int revision() const override { return 2; }  // since algorithms are candidates of their own
  Tags tags() const override { return {"cublas", "gemm", "conv_gemm", "default"}; }
  std::string_view summary() const override {
    return "GpuCorrMM: columns of what the filters see, then cuBLAS products";
  }
  DeviceKind device() const override { return DeviceKind::cuda; }
  std::string_view backend() const override { return "cublas"; }
  bool slow_to_ask() const override { return true; }
};

}  // namespace convtune::cublas
