#pragma once

#include <convtune/implementation.hpp>

namespace convtune::onednn {

inline constexpr const char* backend_name = "onednn";
inline constexpr const char* module_name = "convtune_onednn";
inline constexpr const char* convolution_name = "onednn.convolution";

/// What every build knows of onednn.convolution, with the module or without.
class ConvolutionFace : public Implementation {
 public:
  std::string_view name() const override { return convolution_name; }
  Tags tags() const override { return {"onednn", "default"}; }
  std::string_view summary() const override {
    return "every kernel that oneDNN lists for a problem, direct, gemm and Winograd, and its own "
           "choice";
  }
  std::string_view backend() const override { return backend_name; }
};

}  // namespace convtune::onednn
