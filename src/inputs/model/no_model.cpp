// Stands in for the reader of models in builds without its library.
#include <convtune/error.hpp>

#include "model/model.hpp"

namespace convtune {

ProblemList read_model_file(const std::string&, const OpenDimensions&,
                            const std::string& source_name, ModelReading, DimensionNames&) {
  throw Error(ErrorCode::environment, "'" + source_name +
                                          "' is an ONNX model, and this build cannot read these: " +
                                          "libonnx was not found when it was configured");
}

std::string onnx_library_version() {
  return {};
}

}  // namespace convtune
