#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "model/step.hpp"

namespace convtune {

/// One reading of a graph that stands in a node.
struct InnerGraph {
  const onnx::GraphProto& graph;
  std::vector<std::optional<Value>> inputs = {};  ///< those that are missing: as declared
  bool silent = false;                            ///< what convolves in it does not count
};

/// What the outputs of the graph turn out to be.
using ReadGraph = std::function<std::vector<Value>(const InnerGraph&)>;

/// If, Loop and Scan.
bool holds_graphs(const onnx::NodeProto& node);

/// Reads the graphs of such a node, each as often as is needed to know its outputs.
void read_inner_graphs(Step& step, const ReadGraph& read);

}  // namespace convtune
