#include "model/model.hpp"

#include <google/protobuf/stubs/logging.h>

#include <convtune/error.hpp>

#include "model/model_reader.hpp"
#include "model/outline.hpp"

namespace convtune {

ProblemList read_model_file(const std::string& content, const OpenDimensions& dimensions,
                            const std::string& source_name) {
  try {
    const std::string outline = model_outline(content);
    const google::protobuf::LogSilencer quiet;
    onnx::ModelProto model;
    if (!model.ParseFromString(outline))
      throw Error(ErrorCode::bad_input, "its parts do not match");
    return read_model(model, dimensions, source_name);
  } catch (const Error& error) {
    throw Error(ErrorCode::bad_input,
                "'" + source_name + "' is an ONNX model that cannot be read: " + error.what());
  }
}

std::string onnx_library_version() {
  return CONVTUNE_ONNX_VERSION;
}

}  // namespace convtune
