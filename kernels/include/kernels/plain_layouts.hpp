#pragma once

#include <convtune/implementation.hpp>

namespace convtune {

/// What Plan::layouts says by default: the problem's own layouts, channels first where it says any.
inline Layouts plain_layouts(const ConvProblem& problem) {
  const auto last = [&](Role role) { return layout_of(problem, role) == Layout::channels_last; };
  return {.source = last(Role::source) ? "nhwc" : "nchw",
          .filter = last(Role::filter) ? "krsc" : "kcrs",
          .destination = last(Role::destination) ? "nhwc" : "nchw"};
}

}  // namespace convtune
