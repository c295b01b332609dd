#pragma once

#include <cstdint>
#include <span>

#include <convtune/problem.hpp>

namespace convtune {

/// The tensors of a problem in plain order (dense, channels first), all float64. The output tensor
/// is read only with accumulate; bias only with bias.
struct PlainTensors {
  const double* source = nullptr;
  const double* filter = nullptr;
  const double* destination = nullptr;
  const double* bias = nullptr;
};

/// The oracle: one output element by its definition, summed in float64.
struct ReferenceValue {
  double value = 0;  ///< with the epilogue applied
  double magnitude =
      0;  ///< sum |x||w|, plus |bias| and |old output|: the scale of its rounding error
};

/// Output elements `first`, `first` + 1, ... in plain order into `values`, one each. Any direction,
/// rank, group count, padding, flip, unshared. Ranges may be computed by several threads.
void reference(const ConvProblem& problem, const PlainTensors& tensors, std::int64_t first,
               std::span<ReferenceValue> values);

}  // namespace convtune
