#pragma once

#include <string>

#include <onnx/onnx_pb.h>

#include <convtune/problem_list.hpp>

namespace convtune {

/// Fit for a message, and not the whole of a name that goes on and on.
inline std::string shown(const std::string& name) {
  constexpr std::size_t longest = 200;
  return printable(std::string_view(name).substr(0, longest));
}

/// By its name, else by its first output.
inline std::string name_of(const onnx::NodeProto& node) {
  if (!node.name().empty()) return shown(node.name());
  return node.output_size() > 0 ? shown(node.output(0)) : "without a name";
}

/// "node 'prefix/name' (Op)"
inline std::string titled(const onnx::NodeProto& node, const std::string& prefix = {}) {
  return "node '" + prefix + name_of(node) + "' (" + shown(node.op_type()) + ")";
}

}  // namespace convtune
