#pragma once

#include <string>
#include <vector>

#include "candidates.hpp"

namespace convtune::onednn {

/// Where a step finds or leaves a tensor: a caller's buffer, or a place in the workspace.
struct Place {
  bool in_workspace = false;
  Role role = Role::source;  ///< of the caller's buffer
  std::size_t offset = 0;    ///< in the workspace
  auto operator<=>(const Place&) const = default;
};

/// A tensor on its way between its caller and the kernel: copied to another format, or its filter
/// taps reversed (in place if both places are one).
struct Step {
  Role role = Role::source;  ///< of the tensor
  Place from, to;
  DataType type = DataType::f32;     ///< of the elements, where they are reversed
  std::optional<Operation> reorder;  ///< nothing: reverse
};

/// All that a run does: its memory is decided here, so that an offer can state it.
struct Route {
  std::vector<Step> before, after;
  Place source, filter, destination, bias;  ///< what the kernel is called with
  Place scratchpad;
  std::size_t workspace_bytes = 0;
  Format held_source, held_filter, held_destination;  ///< what the caller passes
  std::string problem;                                ///< why there is no way; empty: there is one

  const Format& held(Role role) const;
};

Route route(const ConvProblem& problem, const Operation& kernel);

/// Copies a filter of `problem` in the given plain layout with its taps in the opposite order;
/// `from` and `to` may be one.
void reverse_taps(const ConvProblem& problem, Layout layout, DataType type, const void* from,
                  void* to);

/// The layout in which a filter of `problem` is passed when it is not packed.
Layout plain_filter_layout(const ConvProblem& problem);

}  // namespace convtune::onednn
