#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
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

/// What a knob of an engine may be set to: from `least` to `most` in steps.
struct KnobRange {
  cudnnBackendKnobType_t type{};
  std::int64_t least = 0, most = 0, step = 1;
};

/// What cuDNN has for one operation graph on one device, which need not be here. Throws Failure for
/// what is not a matter of support. Not thread-safe.
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

  /// The knobs of an engine; none for one that cannot run the graph. That a value is in its range
  /// does not mean that it is supported.
  std::vector<KnobRange> knobs(std::int64_t engine) const;

 private:
  std::variant<Descriptor, std::string> engine(std::int64_t index) const;

  Descriptor graph_, device_;
  mutable std::map<std::int64_t, std::variant<Descriptor, std::string>> made_;  ///< or why not
};

}  // namespace convtune::cudnn
