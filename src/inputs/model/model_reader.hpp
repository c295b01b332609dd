#pragma once

#include <string>

#include <inputs/content.hpp>
#include <onnx/onnx_pb.h>

#include "model/asking.hpp"

namespace convtune {

/// The convolutions of a model, in the order in which its nodes stand, each under the name of its
/// node. What cannot be read becomes a note that names the node; the dimensions that the model
/// leaves open are added to `open`.
ProblemList read_model(const onnx::ModelProto& model, const OpenDimensions& dimensions,
                       const std::string& source_name, const Asking& asking, DimensionNames& open);

}  // namespace convtune
