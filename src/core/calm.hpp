#pragma once

#include <cstddef>
#include <vector>

#include <convtune/decision.hpp>

namespace convtune {

/// Values of rounds: all of them, or those that were not disturbed where these are enough.
class CalmValues {
 public:
  void add(double value, bool disturbed) {
    all_.push_back(value);
    if (!disturbed) calm_.push_back(value);
  }
  const std::vector<double>& values() const {
    const auto enough = static_cast<std::size_t>(DecisionRule{}.min_rounds);
    return calm_.size() >= enough ? calm_ : all_;
  }
  /// True if values() are of disturbed rounds too.
  bool disturbed() const { return values().size() > calm_.size(); }

 private:
  std::vector<double> all_, calm_;
};

}  // namespace convtune
