#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <convtune/measurement.hpp>
#include <convtune/statistics.hpp>

namespace convtune {

/// How two candidates compare: ln(rival / leader) over the rounds that both took part in.
struct Difference {
  PairedDifference paired;
  double smallest = 0;     ///< log ratio of a round; the median where linked
  bool linked = false;     ///< through others: no run has both
  bool disturbed = false;  ///< over disturbed rounds: there are too few others
};

/// What identifies rows of the same thing in different runs.
struct Subject {
  std::string text;
  int revision = 1;
  std::uint64_t environment = 0;
  auto operator<=>(const Subject&) const = default;
};
Subject subject(const Measurement& measurement);

/// Paired comparisons of everything that some runs timed. Runs count in the order given.
class Pairing {
 public:
  explicit Pairing(std::span<const Run* const> runs);

  const std::vector<Subject>& subjects() const { return subjects_; }
  std::size_t index_of(const Subject& subject) const;  ///< of one that was timed

  /// Over all rounds that have both, less the disturbed ones where enough others are left. Nullopt:
  /// there is none.
  std::optional<Difference> direct(std::size_t leader, std::size_t rival) const;

  /// Everybody against `leader`: over the rounds of all runs that have both, otherwise through the
  /// chain of least variance. Nullopt: nothing links the two.
  std::vector<std::optional<Difference>> against(std::size_t leader) const;

  /// Time of each as of the first run, on one scale: its own median where it took part in every
  /// round of that run; otherwise its samples, less what their rounds added to everybody's. 0: not
  /// linked to that run.
  std::vector<double> seconds() const;

 private:
  struct Timed {
    double log_seconds = 0;
    bool disturbed = false;
  };
  using Rounds = std::map<int, Timed>;

  std::vector<Subject> subjects_;
  std::vector<std::vector<Rounds>> rounds_;  ///< by run, by subject
};

}  // namespace convtune
