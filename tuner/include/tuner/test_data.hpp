#pragma once

#include <cstddef>
#include <vector>

#include <convtune/problem.hpp>
#include <convtune/reference.hpp>
#include <tuner/buffer.hpp>

namespace convtune {

/// What the tensors of a check hold. Both are made from the problem alone.
enum class DataKind {
  integers,  ///< in [-4, 4], so many of them zero that sums stay exact in the accumulation type
  uniform,   ///< in [-1, 1]
};

/// The tensors that a call reads, in plain order; those that it does not read are empty.
class TestData {
 public:
  /// What candidates read is of `memory`, which must outlive it.
  TestData(const ConvProblem& problem, DataKind kind, Memory& memory = own_memory());

  /// In the type that the problem gives the tensor.
  const void* typed(Role role) const { return tensors_[index(role)].typed.data(); }
  std::size_t bytes(Role role) const { return tensors_[index(role)].typed.bytes(); }

  /// The same values in float64, until forget_plain.
  PlainTensors plain() const;
  void forget_plain();

 private:
  struct Tensor {
    Buffer typed;
    std::vector<double> values;
  };
  static std::size_t index(Role role) { return static_cast<std::size_t>(role); }
  std::vector<Tensor> tensors_;
};

/// True if a call of `problem` reads the tensor: the inputs, the output with accumulate, the bias.
bool is_read(const ConvProblem& problem, Role role);

/// Sums of magnitudes up to 2 to this many bits are exact on integers in whatever order: those of
/// the accumulation type, or of a narrower output that an epilogue may pass through twice.
int exact_bits(const ConvProblem& problem);

/// Mean number of products in one output.
double products_per_output(const ConvProblem& problem);

}  // namespace convtune
