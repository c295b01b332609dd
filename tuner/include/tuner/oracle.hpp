#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <convtune/device.hpp>
#include <convtune/implementation.hpp>
#include <convtune/problem.hpp>
#include <convtune/reference.hpp>
#include <tuner/summation.hpp>
#include <tuner/test_data.hpp>

namespace convtune {

/// The c of the scaled gate |y - ref| <= c unit(y) for one candidate: its own, or the usual 4.
double error_bound(const ConvProblem& problem, const Candidate& candidate);

/// What one comparison with the oracle said.
struct Comparison {
  std::string fault;           ///< empty: within the bound everywhere
  bool exact_applies = false;  ///< some output was subject to the exact gate
  double scaled_max = 0;       ///< largest |y - ref| / unit(y)
};

/// What the outputs of one problem on one set of data must be: all of them in float64, or of large
/// problems a sample over all borders, channels and groups. See tuner/README.md for the gates.
class Oracle {
 public:
  static constexpr double full_up_to_macs = 1e9;
  static constexpr std::int64_t sampled_outputs = 4096;

  /// Computes the reference in parallel. `full` is `is_full(problem)` unless a test says otherwise;
  /// where `elsewhere` has the sums, it is always all of them.
  Oracle(const ConvProblem& problem, DataKind kind, const TestData& data, bool full,
         Summation* elsewhere = nullptr);
  static bool is_full(const ConvProblem& problem);

  bool full() const { return indices_.empty(); }
  const std::vector<std::int64_t>& indices() const { return indices_; }

  /// Checks an output tensor in plain order, in its own type.
  Comparison check(const void* output, const Candidate& candidate) const;

  /// Positions, at most `limit`, where two outputs differ by more than both their errors can
  /// explain.
  std::vector<std::int64_t> disagreements(const void* first, const Candidate& first_candidate,
                                          const void* second, const Candidate& second_candidate,
                                          std::size_t limit) const;

  /// As check, of the outputs at `positions` alone, recomputed from `data`.
  Comparison check_at(std::vector<std::int64_t> positions, const TestData& data, const void* output,
                      const Candidate& candidate) const;

 private:
  struct Terms;
  Oracle(const ConvProblem& problem, DataKind kind, const TestData& data,
         std::vector<std::int64_t> positions);
  void compute(const TestData& data);
  bool take(const std::vector<ReferenceValue>& sums);
  std::int64_t position(std::size_t entry) const {
    return indices_.empty() ? static_cast<std::int64_t>(entry) : indices_[entry];
  }
  std::vector<double> values_at(const void* output, DataType type, std::size_t begin,
                                std::size_t size) const;

  ConvProblem problem_;
  DataKind kind_;
  std::vector<std::int64_t> indices_;  ///< empty: every output
  std::vector<double> values_;
  std::vector<float> magnitudes_;  ///< rounded up
  double largest_magnitude_ = 0;
};

/// The sample of output positions: ascending, distinct, over every border and every channel as far
/// as `count` goes.
std::vector<std::int64_t> sampled_positions(const ConvProblem& problem, std::int64_t count);

}  // namespace convtune
