#include "pairing.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <convtune/comparison.hpp>

namespace convtune {

RoundPairing pairing(std::span<const Sample> rival, std::span<const Sample> other,
                     const DecisionRule& rule) {
  std::vector<double> all, calm;
  for (auto r = rival.begin(), o = other.begin(); r != rival.end() && o != other.end();) {
    if (r->round < o->round) {
      ++r;
    } else if (o->round < r->round) {
      ++o;
    } else {
      all.push_back(std::log(r->seconds / o->seconds));
      if (!r->disturbed && !o->disturbed) calm.push_back(all.back());
      ++r;
      ++o;
    }
  }
  if (all.empty()) return {};
  const bool enough = std::ssize(calm) >= rule.min_rounds;
  const std::vector<double>& log_ratios = enough ? calm : all;
  const PairedDifference difference = paired_difference(log_ratios);
  return {.difference = difference,
          .slower = slower_for_sure(difference, std::ranges::min(log_ratios), rule),
          .tied = tied_for_sure(difference, rule),
          .disturbed = log_ratios.size() > calm.size()};
}

}  // namespace convtune
