#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

namespace convtune {

/// Null where the node has none of that name.
inline const onnx::AttributeProto* attribute(const onnx::NodeProto& node, const std::string& name) {
  for (const onnx::AttributeProto& found : node.attribute())
    if (found.name() == name) return &found;
  return nullptr;
}

inline std::int64_t integer(const onnx::NodeProto& node, const std::string& name,
                            std::int64_t unsaid) {
  const auto* const found = attribute(node, name);
  return found != nullptr && found->has_i() ? found->i() : unsaid;
}

/// Empty where it is not said.
inline std::vector<std::int64_t> integers(const onnx::NodeProto& node, const std::string& name) {
  const auto* const found = attribute(node, name);
  if (found == nullptr) return {};
  return {found->ints().begin(), found->ints().end()};
}

inline std::string word(const onnx::NodeProto& node, const std::string& name,
                        const std::string& unsaid) {
  const auto* const found = attribute(node, name);
  return found != nullptr && found->has_s() ? found->s() : unsaid;
}

}  // namespace convtune
