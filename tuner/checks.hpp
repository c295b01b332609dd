#pragma once

#include <optional>
#include <span>
#include <string>

#include <tuner/verifier.hpp>

#include "lineup.hpp"

namespace convtune {

/// Prepares the contenders of a tuning, most promising first, and checks each before it may race.
class Checks {
 public:
  /// `needed`: memory_needed of the problem. `lineup` must outlive it.
  Checks(Lineup& lineup, std::size_t needed);

  /// Every contender is checked, or refused with its reason. Throws as Verifier does, and
  /// WorkplaceLost.
  void run();

  /// Nobody waits for a hang once others can answer: true when the candidate in flight is to be
  /// given up.
  bool far_beyond_budget() const;

  /// Those that raced, once more: some are right at first and wrong later, and what they did in
  /// between is not to be believed. True if anybody fell.
  bool again(std::span<const std::size_t> raced);

  /// For filling the race's buffers; after run, where anybody was checked.
  const TestData& uniform() const { return verifier_->uniform(); }

 private:
  std::string hopeless(std::size_t i) const;
  bool enough() const;
  bool announce(std::span<const std::size_t> order);
  void check(std::size_t i);
  void make_verifier();
  double expected_call_seconds(std::size_t i) const;
  void apply(std::size_t i, Checked checked);
  void check_again(const Fallen& fallen, std::size_t except);

  Lineup& lineup_;
  std::size_t needed_;
  double fastest_prediction_;
  std::optional<Verifier> verifier_;
  bool checking_ = false;
};

}  // namespace convtune
