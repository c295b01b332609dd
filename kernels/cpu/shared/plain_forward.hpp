#pragma once

#include <string>

#include <convtune/problem.hpp>

namespace convtune::cpu {

/// Why a problem is not a forward convolution of channels-first tensors of one floating type, f32
/// or f64, with shared filters, which is what our own kernels take; empty: it is one. Where it
/// leaves a layout to them, they take channels first.
inline std::string objection_to_plain_forward(const ConvProblem& problem) {
  const auto all_are = [&](DataType type) {
    return problem->source_type == type && problem->filter_type == type &&
           problem->destination_type == type && problem->accumulation == type;
  };
  const auto first = [](Layout layout) { return layout != Layout::channels_last; };
  if (problem->direction != Direction::forward) return "computes the forward direction only";
  if (!all_are(DataType::f32) && !all_are(DataType::f64))
    return "all tensors and the accumulation must be f32, or all f64";
  if (!first(problem->source_layout) || !first(problem->filter_layout) ||
      !first(problem->destination_layout))
    return "tensors must have their channels first";
  if (problem->unshared) return "filters must be shared by all positions";
  return {};
}

}  // namespace convtune::cpu
