#pragma once

#include <string>
#include <string_view>

namespace convtune {

/// Whether `content` is a serialised ONNX model, whole or damaged, judged by its first bytes and
/// the outermost fields; never by a name.
bool looks_like_model(std::string_view content);

/// The same model without what shapes do not depend on: texts, metadata, and the data of tensors
/// beyond a few numbers, which become external. Untrusted input ends here: depth, number of parts
/// and size of what is returned are bounded. Throws Error(bad_input) with what is wrong.
std::string model_outline(std::string_view content);

}  // namespace convtune
