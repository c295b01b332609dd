#pragma once

#include <convtune/tuner.hpp>

namespace convtune {

/// What came out of verifying many candidates.
struct VerifySummary {
  int problems = 0;
  int right = 0, wrong = 0;
  int failed = 0;         ///< failed, crashed or timed out
  int refused = 0;        ///< not started: too slow by prediction, or not applicable after all
  double scaled_max = 0;  ///< largest scaled error, the wrong ones' included
  double right_scaled_max = 0;  ///< of those that were right
  bool interrupted = false;

  void add(const Verified& verified);
  bool passed() const { return wrong == 0 && failed == 0; }
};

/// "right" for what passed, otherwise the name of its outcome.
std::string verdict(const Verified& verified);

}  // namespace convtune
