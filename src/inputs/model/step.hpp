#pragma once

#include <cstddef>
#include <vector>

#include "model/values.hpp"

namespace convtune {

/// One node with what is known of its inputs, and places for what its outputs turn out to be.
struct Step {
  const onnx::NodeProto& node;
  int version;                       ///< of the operators of its domain
  std::vector<const Value*> inputs;  ///< null for those left out and for unknown names
  std::vector<Value> outputs;

  bool has(std::size_t input) const { return input < inputs.size() && inputs[input] != nullptr; }
  /// Null where it is not there or has no known number of dimensions.
  const Dimensions* shape(std::size_t input) const {
    return has(input) ? inputs[input]->shape() : nullptr;
  }
  const Dimensions* known(std::size_t input) const {
    return has(input) && inputs[input]->known ? &*inputs[input]->known : nullptr;
  }
};

/// Lets libonnx infer the types, shapes and small integers of the outputs, where it knows the
/// operator. What it finds wrong leaves them unknown.
void infer_by_library(Step& step);

/// Rules of our own that come first: for operators that libonnx knows in an older version only, or
/// is not safe to ask about. False where there is none or it lacks something.
bool infer_by_rule(Step& step);

/// Rules for what libonnx leaves unknown: operators whose output has the shape of an input.
bool infer_by_name(Step& step);

/// Computes small integers that libonnx does not follow: quotients, selections, repetitions.
void fold(Step& step);

}  // namespace convtune
