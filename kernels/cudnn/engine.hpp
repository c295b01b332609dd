#pragma once

#include <convtune/implementation.hpp>

namespace convtune::cudnn {

inline constexpr const char* engine_name = "cudnn.engine";

/// What every build knows of cudnn.engine, with the module or without.
class EngineFace : public Implementation {
 public:
  std::string_view name() const override { return engine_name; }
  int revision() const override { return 2; }  // since candidates tell what alignment they want
  Tags tags() const override { return {"cudnn", "conv_dnn", "default"}; }
  std::string_view summary() const override {
    return "every engine of cuDNN's graph interface, as its heuristics set it and at its defaults";
  }
  DeviceKind device() const override { return DeviceKind::cuda; }
  std::string_view backend() const override { return "cudnn"; }
  bool slow_to_ask() const override { return true; }
};

}  // namespace convtune::cudnn
