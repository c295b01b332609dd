#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <convtune/reference.hpp>
#include <tuner/workplace.hpp>

namespace convtune {

/// Sums outputs by their definition somewhere else than on this CPU.
class Summation {
 public:
  virtual ~Summation() = default;

  /// All outputs of the problem in plain order; nothing where it cannot, or where it is not to be
  /// believed (why_not).
  virtual std::vector<ReferenceValue> outputs(const PlainTensors& tensors) = 0;
  /// For people; empty where nothing went wrong.
  virtual std::string why_not() const = 0;
};

/// By `definition`, an implementation that sums products in float64, on `device`, of problems of up
/// to 1e11 multiply-accumulates: the products themselves, and their magnitudes. A sample over all
/// borders and channels is summed on this CPU as well; where the two disagree there is nothing.
/// `definition` and `workplace` must outlive it.
std::unique_ptr<Summation> sums_on(const ConvProblem& problem, const Implementation& definition,
                                   const Device& device, Workplace& workplace);

}  // namespace convtune
