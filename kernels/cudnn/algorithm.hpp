#pragma once

#include <convtune/implementation.hpp>
#include <convtune/library_search.hpp>

namespace convtune::cudnn {

inline constexpr const char* algorithm_name = "cudnn.algorithm";

/// What every build knows of cudnn.algorithm, with the module or without.
class AlgorithmFace : public Implementation, public LibrarySearch {
 public:
  std::string_view name() const override { return algorithm_name; }
  int revision() const override { return 2; }  // since candidates tell what alignment they want
  Tags tags() const override { return {"cudnn", "conv_dnn", "default"}; }
  std::string_view summary() const override {
    return "cuDNN's legacy algorithms by Theano's names, under every math type that matters";
  }
  DeviceKind device() const override { return DeviceKind::cuda; }
  std::string_view backend() const override { return "cudnn"; }
  bool slow_to_ask() const override { return true; }
};

}  // namespace convtune::cudnn
