#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <convtune/implementation.hpp>
#include <convtune/measurement.hpp>
#include <tuner/buffer.hpp>
#include <tuner/oracle.hpp>
#include <tuner/test_data.hpp>
#include <tuner/workplace.hpp>

namespace convtune {

/// What the gate said about one candidate.
struct Checked {
  /// measured: right; otherwise wrong, failed, too_slow, or what became of its process
  Outcome outcome = Outcome::measured;
  std::string reason;  ///< of any other
  CheckError error;
  std::optional<bool> deterministic;  ///< every run gave the same bits
  double first_call_seconds = 0, fastest_call_seconds = 0;
};

/// A candidate that passed until another one showed it to be wrong.
struct Fallen {
  std::string candidate;  ///< text
  std::string reason;
};

/// Holds what one problem's outputs must be and checks candidates against it, each on memory of its
/// own between red zones. The reference is computed once, when the object is made.
class Verifier {
 public:
  static constexpr int runs = 3;  ///< on the same data, for determinism and second-run faults

  /// What candidates work on is of `memory`; the reference is of `elsewhere` where it has it.
  /// Throws std::bad_alloc when memory for the tensors cannot be had.
  explicit Verifier(const ConvProblem& problem, Memory& memory = own_memory(),
                    Summation* elsewhere = nullptr);
  Verifier(const ConvProblem& problem, Memory& memory, bool full, Summation* elsewhere = nullptr);

  /// Runs `trial` on both kinds of data and compares every output; never throws on account of the
  /// candidate. One whose calls take longer than `limit_seconds` is too slow and not run again.
  Checked check(Trial& trial, const Candidate& candidate,
                double limit_seconds = std::numeric_limits<double>::infinity());

  /// The candidate that the last check overturned, if any; whoever was checked before it has to be
  /// checked again.
  std::optional<Fallen> take_fallen();

  /// Once more, on data that it has been right on: outcome and reason alone.
  Checked recheck(Trial& trial, const Candidate& candidate);

  /// What uniform data are made of; for filling the race's buffers.
  const TestData& uniform() const { return sets_[1].data; }

 private:
  struct Set {
    Set(const ConvProblem& problem, DataKind kind, bool full, Memory& memory, Summation* elsewhere);
    TestData data;
    Oracle oracle;
  };
  /// An output that passed the samples of a large problem, for comparing the rest of it.
  struct Witness {
    Candidate candidate;
    std::array<std::vector<std::byte>, 2> outputs;
  };
  class Bench;
  using Finding = std::pair<Outcome, std::string>;

  /// A few more calls for one that is slower than the limit; what they did wrong, or empty.
  static std::string try_again(Bench& bench, double limit_seconds, double& fastest);
  Finding examine(Trial& trial, const Candidate& candidate, double limit_seconds, Checked& checked);
  std::string agreement(const Candidate& candidate, const std::array<Buffer, 2>& outputs);

  ConvProblem problem_;
  Memory& memory_;
  std::vector<Set> sets_;
  std::vector<Witness> witnesses_;
  std::optional<Fallen> fallen_;
};

/// Bytes that verifying and timing one candidate of `problem` take, its workspace not counted.
std::size_t memory_needed(const ConvProblem& problem);

}  // namespace convtune
