#pragma once

#include <convtune/implementation.hpp>

namespace convtune::cuda {

inline constexpr const char* reference_name = "cuda.reference";

/// What every build knows of cuda.reference, with the module or without.
class ReferenceFace : public Implementation {
 public:
  std::string_view name() const override { return reference_name; }
  Tags tags() const override { return {"reference", "oracle"}; }
  std::string_view summary() const override {
    return "the definition summed in float64 on a GPU; every problem, slowly";
  }
  DeviceKind device() const override { return DeviceKind::cuda; }
  std::string_view backend() const override { return "cuda"; }
};

}  // namespace convtune::cuda
