#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "configuration.hpp"
#include "descriptor.hpp"

namespace convtune::cudnn {

/// A configuration that cuDNN says would run.
struct Supported {
  Configuration configuration;
  std::size_t workspace_bytes = 0;
  std::vector<cudnnBackendNumericalNote_t> numerical_notes;
  std::vector<cudnnBackendBehaviorNote_t> behavior_notes;
  Descriptor descriptor;  ///< the final engine configuration
};

/// One that it would not run.
struct Unsupported {
  Configuration configuration;
  std::string reason;  ///< its code and its words
};

/// What cuDNN has for one operation graph on one device, which need not be here. Throws Failure for
/// what is not a matter of support.
class Engines {
 public:
  Engines(Descriptor graph, Descriptor device)
      : graph_(std::move(graph)), device_(std::move(device)) {}

  /// What the heuristics name, best first.
  std::vector<Supported> heuristics(cudnnBackendHeurMode_t mode) const;

  /// Engines are numbered from 0; few of the numbers are engines that can run the graph.
  std::int64_t count() const {
    return graph_.number(CUDNN_ATTR_OPERATIONGRAPH_ENGINE_GLOBAL_COUNT);
  }

  std::variant<Supported, Unsupported> check(const Configuration& configuration) const;

 private:
  Descriptor graph_, device_;
};

}  // namespace convtune::cudnn
